/** Raw events as Slack sends them, and how we read them. */
import { readRaw } from '#adapters/slack/normalize/read.ts';
import type { Found } from '#adapters/slack/normalize/schema.ts';
import type { Self } from '#adapters/slack/self.ts';
import type { Inbound } from '#src/message.ts';
import { readTwice } from '#test/read-twice.ts';

export type Fields = Record<string, unknown>;

export const SELF: Self = { account: '1-2', userId: 'U0US', teamId: 'T0', name: 'pantheon' };
export const TS = '1790000000.123456';
export const AT = new Date(1_790_000_000_123);
const COMMANDS = new Set(['help', 'new', 'switch', 'stop']);

/** Reads a body of Slack's, with what was found out for it. */
export function readBody(body: unknown, found: Partial<Found> = {}, self: Self = SELF): Inbound[] {
  const raw = { body, receivedAt: AT.toISOString(), found: { names: {}, ...found } };
  return readTwice(raw, (one) => readRaw(one, { self, commands: COMMANDS }));
}

/** Reads an event. */
export const read = (event: Fields, found?: Partial<Found>): Inbound[] =>
  readBody({ type: 'event_callback', event_id: 'Ev1', team_id: 'T0', event: { event_ts: TS, ...event } }, found);

/** A message of Anna's to us alone. */
export const direct = (fields: Fields = {}): Fields => ({
  type: 'message',
  channel: 'D1',
  channel_type: 'im',
  user: 'U1',
  ts: TS,
  text: 'hello',
  ...fields,
});

/** A message of Anna's in a channel. */
export const inChannel = (fields: Fields = {}): Fields => direct({ channel: 'C1', channel_type: 'channel', ...fields });

/** What a direct message of that content says. */
export function textOf(text: string, names: Record<string, string> = {}): string {
  const [said] = read(direct({ text }), { names });
  if (said?.kind !== 'message') throw new Error(`Not a message: ${JSON.stringify(said)}`);
  return said.text;
}
