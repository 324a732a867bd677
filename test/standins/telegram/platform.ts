/** The parts of the stand-in that its methods work with. */
import type { User } from 'grammy/types';
import type { FileStore } from './files.ts';
import type { Meter } from './limits.ts';
import type { UploadedFile } from './multipart.ts';
import type { Payload } from './payload.ts';
import type { Polls } from './polls.ts';
import type { UpdateQueue } from './queue.ts';
import type { Records } from './record.ts';
import type { Webhook } from './webhook.ts';
import type { World } from './world.ts';

/** One bot's whole Telegram. */
export interface Platform {
  bot: User;
  world: World;
  queue: UpdateQueue;
  polls: Polls;
  webhook: Webhook;
  records: Records;
  meter: Meter;
  files: FileStore;
  now: () => number;
}

/** One call of a method. */
export interface MethodCall {
  method: string;
  payload: Payload;
  files: Map<string, UploadedFile>;
  onHangUp: (listener: () => void) => void;
}

/** Does what the method does and gives its `result`; throws `ApiError` when Telegram would refuse. */
export type Method = (platform: Platform, call: MethodCall) => unknown;
