/** An answer that people see growing in their app, as far as the channel can show it. Best effort throughout. */
import type { Channel, Preview } from '#src/channel.ts';
import { describeError, RateLimitedError, RejectedError } from '#src/errors.ts';
import { wasPausedLately } from '#src/store/channels.ts';
import { parseChatKey } from '#src/store/chats.ts';
import { takeSpare } from '../pace.ts';
import { createGrowing } from './growing.ts';
import { createPulse, type Pulse } from './pulse.ts';
import type { RunningTurn, TurnDeps } from './turn.ts';

/** Answers that are there at once are not shown growing. */
const SHOW_AFTER_MS = 700;
/** A draft that comes late would stand beside the answer; an edit is overwritten by the last one. */
const DRAFT_TIMEOUT_MS = 2_000;
const EDIT_TIMEOUT_MS = 5_000;

/** Begins to show the turn's answer; `undefined` where the channel cannot. `end` must be called, and waited for. */
export function startLiveView(deps: TurnDeps, turn: RunningTurn, shutdown: AbortSignal): Pulse | undefined {
  const { channel: name, ...ref } = parseChatKey(turn.inputs[0].chatId);
  const chat = { ...ref, kind: turn.conversation.kind };
  const channel = deps.channels.get(name);
  const preview = channel?.preview?.(chat);
  if (channel === undefined || preview === undefined) return undefined;
  const show = createShow(deps, turn, channel, preview, shutdown);
  const { everyMs } = preview;
  const place = { chatId: turn.inputs[0].chatId, kind: chat.kind, isEdit: preview.kind === 'edit' };
  return createPulse({
    everyMs,
    afterMs: SHOW_AFTER_MS,
    async show(text) {
      try {
        if (await wasPausedLately(deps.store, channel)) return { isShown: false, pauseMs: everyMs };
        const wait = await takeSpare(deps.pacer, channel, place);
        return wait > 0 ? { isShown: false, pauseMs: wait } : { isShown: await show(text), pauseMs: 0 };
      } catch (error) {
        deps.log.debug(
          { turnId: turn.id, channel: name, error: describeError(error) },
          'an answer was not shown growing',
        );
        if (error instanceof RejectedError) return 'over';
        return { isShown: false, pauseMs: error instanceof RateLimitedError ? error.retryAfterMs : everyMs };
      }
    },
  });
}

/** Shows a text; says whether it was there to be shown. */
function createShow(
  deps: TurnDeps,
  turn: RunningTurn,
  channel: Channel,
  preview: Preview,
  shutdown: AbortSignal,
): (markdown: string) => Promise<boolean> {
  if (preview.kind === 'edit') {
    const growing = createGrowing(deps, turn, channel, preview, shutdown);
    return (markdown) => growing.show(markdown, AbortSignal.timeout(EDIT_TIMEOUT_MS));
  }
  const key = `${turn.id}:${turn.fence}`;
  return async (markdown) => {
    await preview.show(markdown, key, AbortSignal.timeout(DRAFT_TIMEOUT_MS));
    return true;
  };
}
