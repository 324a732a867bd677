/** What was said in one channel since a time, its threads included. */
import { RejectedError } from '#src/errors.ts';
import type { SlackApi } from './api.ts';
import { pagesOf } from './history.ts';
import type { PastMessage, Stretch } from './history.ts';

const MOST_PAGES = 5;
const MOST_THREADS = 100;

/** What was found. */
export interface Missed {
  /** Oldest first. */
  messages: PastMessage[];
  /** The threads of which something is missing that Slack lists; an empty name is the channel itself. */
  left: string[];
}

/** What a stretch has. */
interface Found {
  messages: PastMessage[];
  isComplete: boolean;
}

/** When a message was last touched, as far as it shows. */
function lastOf({ ts = '', edited }: PastMessage): string {
  return edited?.ts !== undefined && edited.ts > ts ? edited.ts : ts;
}

/** The messages of a stretch; of a channel at least one page, and on until `since`. */
async function read(api: SlackApi, stretch: Stretch, since: string, signal: AbortSignal): Promise<Found> {
  const messages: PastMessage[] = [];
  let pages = 0;
  for await (const page of pagesOf(api, stretch, signal)) {
    messages.push(...page);
    pages += 1;
    if (stretch.thread === undefined && page.some(({ ts = '' }) => ts < since)) break;
    if (pages === MOST_PAGES) return { messages, isComplete: false };
  }
  return { messages, isComplete: true };
}

/** The replies of a thread since then; none when it is gone. */
async function readThread(api: SlackApi, stretch: Stretch, since: string, signal: AbortSignal): Promise<Found> {
  try {
    return await read(api, { ...stretch, oldest: since }, since, signal);
  } catch (error) {
    const isGone = error instanceof RejectedError && error.code === 'thread_not_found';
    if (!isGone) throw error;
    return { messages: [], isComplete: true };
  }
}

/**
 * Reads what was said in a channel since then. `known`: threads of it in which we take part; others are found as far
 * as their beginning stands on the pages that are read. Throws what any call does.
 */
export async function readMissed(
  api: SlackApi,
  { channel, known, since }: { channel: string; known: readonly string[]; since: string },
  signal: AbortSignal,
): Promise<Missed> {
  const recent = await read(api, { channel }, since, signal);
  const found = new Map(recent.messages.map((message) => [message.ts, message]));
  const alive = recent.messages.filter(({ latest_reply: last = '' }) => last >= since).map(({ ts = '' }) => ts);
  const unseen = known.filter((thread) => !found.has(thread));
  const threads = [...new Set([...alive, ...unseen])].toSorted().toReversed();
  const left = [...(recent.isComplete ? [] : ['']), ...threads.slice(MOST_THREADS)];
  for (const thread of threads.slice(0, MOST_THREADS)) {
    const replies = await readThread(api, { channel, thread }, since, signal);
    for (const reply of replies.messages) found.set(reply.ts, reply);
    if (!replies.isComplete) left.push(thread);
  }
  const messages = [...found.values()]
    .filter((message) => lastOf(message) >= since)
    .toSorted(({ ts: one = '' }, { ts: other = '' }) => (one < other ? -1 : 1));
  return { messages, left };
}
