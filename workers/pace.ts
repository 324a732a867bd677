/** The platforms' limits, kept over all processes. */
import type { Channel } from '#src/channel.ts';
import type { ChatKind } from '#src/message.ts';
import type { Pacer, Rate } from '#src/queue/pace.ts';

/** Where something is to be said. */
export interface PacedChat {
  chatId: string;
  kind: ChatKind;
  /** It changes a message of ours that is there, or begins one that will be changed. */
  isEdit?: boolean;
}

/** How long to wait before the next send in the chat, in milliseconds; 0 takes the place. */
export function waitFor(pacer: Pacer, channel: Channel, chat: PacedChat): Promise<number> {
  return take(pacer, channel, chat, (rate) => rate);
}

/** The same for what may as well not be said: it takes only what leaves room for what must. */
export function takeSpare(pacer: Pacer, channel: Channel, chat: PacedChat): Promise<number> {
  return take(pacer, channel, chat, ({ perSecond, burst }) => ({
    perSecond,
    burst: Math.max(1, Math.floor(burst / 2)),
  }));
}

/** Whether typing may be shown now: it counts as a call of the account, and is left out rather than waited for. */
export async function mayShowTyping(pacer: Pacer, { name, account, pace }: Channel): Promise<boolean> {
  if (pace === undefined) return true;
  const { perSecond, burst } = pace.account;
  const spare = { key: `${name}:${account}`, perSecond, burst: Math.max(1, Math.floor(burst / 2)) };
  return (await pacer.take([spare])) === 0;
}

async function take(
  pacer: Pacer,
  { name, account, pace }: Channel,
  { chatId, kind, isEdit = false }: PacedChat,
  share: (rate: Rate) => Rate,
): Promise<number> {
  if (pace === undefined) return 0;
  const edits = isEdit ? pace.edits : undefined;
  return pacer.take([
    { key: `${name}:${account}`, ...share(pace.account) },
    { key: chatId, ...share(pace[kind]) },
    ...(edits ? [{ key: `${name}:${account}:edits`, ...share(edits) }] : []),
  ]);
}
