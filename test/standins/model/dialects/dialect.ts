/** How one provider's wire format says what all of them say. */

/** One entry of what the model was shown, the instructions included. */
export interface ModelMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a request asks for, in whichever format it came. */
export interface Asked {
  model: string;
  messages: ModelMessage[];
  isStream: boolean;
  wantsUsage: boolean;
}

/** Why an answer ended. */
export type Finish = 'stop' | 'length' | 'content_filter';

/** An answer as a whole. */
export interface Whole {
  text: string;
  finish: Finish;
  usage: { input: number; output: number };
}

/** An error answer, before it is put into a format. */
export interface Failure {
  status: number;
  code: string;
  message: string;
}

/** One provider's format. Frames are complete server-sent events. */
export interface Dialect {
  read(body: Body, path: string): Asked;
  /** What comes before the first delta. */
  open(asked: Asked): string;
  delta(piece: string, asked: Asked): string;
  /** What says that the answer is complete, and why it ended. */
  close(whole: Whole, asked: Asked): string;
  /** The answer to a request that did not want a stream. */
  whole(whole: Whole, asked: Asked): object;
  /** The body of an error answer. */
  failure(failure: Failure): object;
  /** The same within a stream that has begun. */
  failing(failure: Failure): string;
}

/** A request's JSON. */
export type Body = Record<string, unknown>;

/** A server-sent event. */
export function frame(data: object | string, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}

/** The text of a content that is one text or a list of parts; other parts than texts are left out. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('');
}

/** The role in the one vocabulary that tests read. */
function roleOf(role: unknown): ModelMessage['role'] {
  if (role === 'system' || role === 'developer') return 'system';
  return role === 'assistant' || role === 'model' ? 'assistant' : 'user';
}

/** A list of messages that differ only in their spelling. */
export function readMessages(list: unknown): ModelMessage[] {
  if (!Array.isArray(list)) return [];
  return list.map(({ role, content, parts }: { role?: unknown; content?: unknown; parts?: unknown }) => ({
    role: roleOf(role),
    content: textOf(content ?? parts),
  }));
}
