/** What is seen of an answer in the making: typing and growing text in the app, the same for those who look on. */
import { conversationTopic } from '#src/queue/topics.ts';
import { wasPausedLately } from '#src/store/channels.ts';
import { parseChatKey } from '#src/store/chats.ts';
import { mayShowTyping } from '../pace.ts';
import { startLiveView } from './live-view.ts';
import type { RunningTurn, TurnDeps } from './turn.ts';

/** Answers that are there at once show no typing. */
const TYPING_AFTER_MS = 250;
const TYPING_EVERY_MS = 4_000;
/** Text is gathered this long, so that a fast model does not make an event of every word. */
const GATHER_MS = 40;

export interface Progress {
  onText: (piece: string) => void;
  onRestart: () => void;
  /** Shows nothing more; resolves when nothing is under way. */
  end(): Promise<void>;
}

/** Begins to show that an answer is made. `end` must be called, and waited for before the answer is decided. */
export function createProgress(deps: TurnDeps, turn: RunningTurn, shutdown: AbortSignal): Progress {
  const { live } = deps;
  const topic = conversationTopic(turn.conversation._id);
  const typing = startTyping(deps, turn);
  const view = startLiveView(deps, turn, shutdown);
  let [offset, gathered, whole] = [0, '', ''];
  let timer: NodeJS.Timeout | undefined;
  live.publish(topic, { type: 'turn', turnId: turn.id, state: 'running' });

  const flush = () => {
    timer = undefined;
    if (gathered !== '') live.publish(topic, { type: 'delta', turnId: turn.id, text: gathered, offset });
    offset += gathered.length;
    gathered = '';
  };

  return {
    onText(piece) {
      gathered += piece;
      whole += piece;
      view?.set(whole);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    onRestart() {
      clearTimeout(timer);
      [timer, offset, gathered, whole] = [undefined, 0, '', ''];
      live.publish(topic, { type: 'restart', turnId: turn.id });
    },
    async end() {
      clearTimeout(timer);
      typing.abort();
      await view?.end();
    },
  };
}

/** Shows typing where the channel can, until it is aborted. Best effort. */
function startTyping(
  { store, live, channels, log, pacer }: Pick<TurnDeps, 'store' | 'live' | 'channels' | 'log' | 'pacer'>,
  turn: RunningTurn,
): AbortController {
  const { conversation, inputs, id } = turn;
  const { channel: name, ...chat } = parseChatKey(inputs[0].chatId);
  const channel = channels.get(name);
  const stop = new AbortController();
  const show = () => {
    live.publish(conversationTopic(conversation._id), { type: 'typing', turnId: id });
    if (!channel?.typing) return;
    const type = async () => {
      if ((await wasPausedLately(store, channel)) || !(await mayShowTyping(pacer, channel)) || stop.signal.aborted)
        return;
      await channel.typing?.({ ...chat, kind: conversation.kind }, stop.signal);
    };
    type().catch((error: Error) => {
      if (!stop.signal.aborted) log.debug({ channel: name, error: error.message }, 'typing could not be shown');
    });
  };
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    show();
    again = setInterval(show, TYPING_EVERY_MS);
  }, TYPING_AFTER_MS);
  stop.signal.addEventListener('abort', () => {
    clearTimeout(first);
    clearInterval(again);
  });
  return stop;
}
