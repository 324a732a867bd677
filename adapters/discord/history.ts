/** Reading back what stands in a channel. */
import { z } from 'zod';
import type { Api } from './api.ts';
import { within } from '#src/waiting.ts';
import { unreadable } from './errors.ts';
import { byTime } from './snowflake.ts';

/** The most that Discord gives at once. */
const PAGE = 100;
const DEADLINE_MS = 10_000;

/** A message of which we only need to know which it is, with all that is in it. */
const messages = z.array(z.looseObject({ id: z.string().regex(/^\d+$/) }));
export type RawMessage = z.infer<typeof messages>[number];

/**
 * The page of messages after an id, the oldest first. `isLast`: there are no more. Without the permission Read Message
 * History Discord gives an empty page, as if nothing were there.
 */
export async function readPage(
  api: Api,
  channelId: string,
  after: string,
  signal: AbortSignal,
): Promise<{ messages: RawMessage[]; isLast: boolean }> {
  const query = { after, limit: String(PAGE) };
  const page = await read(api, channelId, query, signal);
  return { messages: page.toSorted((one, other) => byTime(one.id, other.id)), isLast: page.length < PAGE };
}

/** Whether we may read back what stands in a channel: proven only where something does. */
export async function canRead(api: Api, channelId: string, signal: AbortSignal): Promise<boolean> {
  return (await read(api, channelId, { limit: '1' }, signal)).length > 0;
}

async function read(api: Api, channelId: string, query: Record<string, string>, signal: AbortSignal) {
  const what = 'read a channel';
  const answer = await api({
    what,
    method: 'GET',
    route: `/channels/${channelId}/messages`,
    query,
    signal: within(DEADLINE_MS, signal),
  });
  const { data } = messages.safeParse(answer);
  if (data) return data;
  throw unreadable(what);
}
