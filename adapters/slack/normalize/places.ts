/** Times, chats and people as we name them. */
import type { ChatRef, Sender } from '#src/message.ts';
import type { Self } from '../self.ts';
import type { Found, Said } from './schema.ts';
import { oneLine } from './words.ts';

/** Our clock may differ from Slack's by as much; what is fetched twice is recognised. */
export const CLOCKS_MS = 15_000;

/** The moment that a time of Slack names, to the millisecond. */
export function dateOf(timestamp: string): Date {
  const [seconds = '', fraction = ''] = timestamp.split('.');
  return new Date(Number(seconds) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 3)));
}

/** Whether a channel is a direct chat of two. Some events say so in words, all of them by the first letter. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/**
 * The chat in which something was said. A direct chat is one, threads in it included. In a channel each thread is a
 * chat of its own, and a message outside threads opens the thread that has its name.
 */
export function chatOf(self: Self, channel: string, thread: string, names: Found['names']): ChatRef {
  if (isDirect(channel)) return { account: self.account, externalId: channel, threadId: '', kind: 'direct' };
  const name = oneLine(names[channel] ?? '');
  return {
    account: self.account,
    externalId: channel,
    threadId: thread,
    kind: 'group',
    ...(name !== '' && { title: `#${name}` }),
  };
}

/** The thread that a message belongs to, or would open. */
export function threadOf({ thread_ts, ts }: Pick<Said, 'thread_ts' | 'ts'>): string {
  return thread_ts ?? ts;
}

/** A member as a sender. The realm is our own workspace also for guests from others: there their ids are unique. */
export function senderOf(self: Self, user: string, names: Found['names'], fallback = ''): Sender {
  return { externalIds: [user], realm: self.teamId, name: oneLine(names[user] ?? fallback) };
}
