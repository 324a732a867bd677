import type { Channel } from '#src/channel.ts';
import type { Pacer } from '#src/queue/pace.ts';
import type { Chat } from '#src/store/chats.ts';

/** How long to wait before the next send in this chat, in milliseconds; 0 takes the place. */
export async function waitFor(pacer: Pacer, { name, account, pace }: Channel, chat: Chat): Promise<number> {
  if (pace === undefined) return 0;
  return pacer.take([
    { key: `${name}:${account}`, ...pace.account },
    { key: chat._id, ...pace[chat.kind] },
  ]);
}
