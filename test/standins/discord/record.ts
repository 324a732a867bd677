/** What the bot did, as a test reads it. */
import type { Message } from './world.ts';

/** A call of the bot, whether it was granted or not. */
export interface Call {
  /** Our name for the route: `createMessage`, `typing`, … */
  name: string;
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
  at: number;
}

/** All that was done, each list in order. */
export interface Records {
  calls: Call[];
  /** Messages of the bot that were made, as they were then. */
  sent: Message[];
  edits: { id: string; content: string }[];
  deletions: string[];
}

export function createRecords(): Records {
  return { calls: [], sent: [], edits: [], deletions: [] };
}
