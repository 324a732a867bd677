/** The platforms' limits, kept over all processes. */
import type { Channel } from '#src/channel.ts';
import type { ChatKind } from '#src/message.ts';
import type { Pacer } from '#src/queue/pace.ts';
import type { Limit, Rate } from '#src/queue/rates.ts';

/** Where something is to be said. */
export interface PacedChat {
  chatId: string;
  kind: ChatKind;
  /** It changes a message of ours that is there, or begins one that will be changed. */
  isEdit?: boolean;
}

/**
 * How long to wait before the next send in the chat, in milliseconds; 0 takes the place. A chat that the whole account
 * holds up has its place in line from then on.
 */
export function waitFor(pacer: Pacer, channel: Channel, chat: PacedChat): Promise<number> {
  return pacer.take(limitsOf(channel, chat), chat.chatId);
}

/** The same for what may as well not be said: it takes only what leaves room for what must. */
export function takeSpare(pacer: Pacer, channel: Channel, chat: PacedChat): Promise<number> {
  return pacer.take(limitsOf(channel, chat).map((limit) => ({ ...limit, ...spare(limit) })));
}

/** Whether typing may be shown now: it counts as a call of the account, and is left out rather than waited for. */
export async function mayShowTyping(pacer: Pacer, { name, account, pace }: Channel): Promise<boolean> {
  if (pace === undefined) return true;
  return (await pacer.take([{ key: `${name}:${account}`, ...spare(pace.account) }])) === 0;
}

/** What leaves half of a burst to what must be said. */
function spare({ perSecond, burst }: Rate): Rate {
  return { perSecond, burst: Math.max(1, Math.floor(burst / 2)) };
}

function limitsOf({ name, account, pace }: Channel, { chatId, kind, isEdit = false }: PacedChat): Limit[] {
  if (pace === undefined) return [];
  const edits = isEdit ? pace.edits : undefined;
  return [
    { key: `${name}:${account}`, ...pace.account },
    { key: chatId, ...pace[kind] },
    ...(edits ? [{ key: `${name}:${account}:edits`, ...edits }] : []),
  ];
}
