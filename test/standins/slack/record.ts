/** What the app did, as a test reads it. */
import type { SlackMessage } from './world.ts';

/** A call of the app, whether it was granted or not. */
export interface Call {
  method: string;
  args: Readonly<Record<string, string>>;
  at: number;
}

/** A message of the app that Slack accepted, as it was then. */
export type Sent = SlackMessage & { channel: string };

/** All that was done, each list in order. */
export interface Records {
  calls: Call[];
  sent: Sent[];
  edits: Sent[];
  deletions: { channel: string; ts: string }[];
  statuses: { channel: string; thread: string; status: string }[];
  /** Mentions and disguised links that Slack would have made of what the app said. */
  specials: string[];
}

export function createRecords(): Records {
  return { calls: [], sent: [], edits: [], deletions: [], statuses: [], specials: [] };
}
