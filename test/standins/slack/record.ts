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

/** One line for the error of a wait that was in vain. */
export function describeRecords({ calls, sent }: Records): string {
  const last = calls.slice(-8).map(({ method }) => method);
  return `${calls.length} calls (last ${last.join(', ')}), ${sent.length} sent (last ${JSON.stringify(sent.at(-1)?.text)})`;
}
