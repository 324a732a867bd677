/**
 * An answer that grows as a message: sent with the first words, then edited. The deliver worker finishes it when the
 * answer is decided, or takes it back.
 */
import type { Channel, EditPreview } from '#src/channel.ts';
import { isPaused } from '#src/store/channels.ts';
import { OVER, sendFirstWords } from './first-words.ts';
import type { RunningTurn, TurnDeps } from './turn.ts';

export interface Growing {
  /** Shows the text as far as it fits into one message; says whether it did. Throws when there will be no more. */
  show(markdown: string, signal: AbortSignal): Promise<boolean>;
}

/** Makes it for one run of a turn. A message that an earlier run left is gone on with. */
export function createGrowing(
  deps: TurnDeps,
  turn: RunningTurn,
  channel: Channel,
  preview: EditPreview,
  shutdown: AbortSignal,
): Growing {
  let externalId = turn.growing?.parts[0]?.externalId;
  let shown: string | undefined;
  return {
    async show(markdown, signal) {
      const [text] = channel.format(markdown);
      if (text === undefined) return false;
      if (text === shown) return true;
      if (externalId === undefined) {
        if (turn.growing) throw OVER;
        if (await isBehind(deps, turn)) return false;
        externalId = await sendFirstWords(deps, turn, channel, text, shutdown);
      } else {
        const [isStillOurs, isWaiting] = await Promise.all([isOurs(deps, turn), isPaused(deps.store, channel)]);
        if (!isStillOurs) throw OVER;
        if (isWaiting) return false;
        await preview.edit(externalId, text, signal);
      }
      shown = text;
      return true;
    },
  };
}

/** Something waits to be said in the chat: this is not shown above it. */
async function isBehind({ store }: TurnDeps, { inputs }: RunningTurn): Promise<boolean> {
  const open = await store.readOpenDeliveries(inputs[0].chatId);
  return open.some(({ isTakenBack }) => !isTakenBack);
}

/** An edit knows no fence: so it is asked right before each whether the turn is still ours. */
async function isOurs({ store }: TurnDeps, { conversation: { _id }, fence }: RunningTurn): Promise<boolean> {
  const now = await store.readConversation(_id);
  return now?.fence === fence && now.mode === 'agent' && !now.goneAt;
}
