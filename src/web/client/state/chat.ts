/** The page's state as signals, and what a person can do with it. The only place where stream, history and outbox meet. */
import { computed, effect } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { openConnection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import { createHistory } from './history.ts';
import type { History } from './history.ts';
import { askBeforeLeaving } from './leaving.ts';
import { createOutbox } from './outbox.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import { createSaved } from './saved.ts';
import { postMessage } from './server.ts';
import { isAnswering } from './timeline.ts';

/** What the server wrote into the page. */
export interface PageData {
  agentName: string;
  /** The longest text that it takes, in bytes of UTF-8. */
  textLimitBytes: number;
}

export interface Chat extends PageData, Pick<History, 'timeline' | 'isLoaded' | 'older'> {
  isAnswering: ReadonlySignal<boolean>;
  connection: ReadonlySignal<ConnectionState>;
  outbox: Outbox;
  loadOlder: () => void;
}

/** How long an acknowledged message may be missing from the live events before the history is asked. */
const MISSING_AFTER_MS = 1500;

/** Makes the chat and begins to follow the conversation. */
export function createChat(page: PageData): Chat {
  const history = createHistory();
  const { timeline, isLoaded, older } = history;
  const outbox = createOutbox({
    post: postMessage,
    saved: createSaved<Outgoing[]>('outbox'),
    onAccepted: settleLater,
  });

  function settleLater(id: string): void {
    setTimeout(() => void settle(id), MISSING_AFTER_MS);
  }

  /** What is stored but not shown is a command, or its live event was lost: the history knows. */
  async function settle(id: string): Promise<void> {
    if (!outbox.items.value.some((item) => item.id === id)) return;
    if (await history.loadNewest()) outbox.remove(new Set([id]));
    else settleLater(id);
  }

  const connection = openConnection({
    onEvent: (event) => (event.type === 'active' ? void history.loadNewest() : history.apply(event)),
    onReady() {
      void history.loadNewest();
      outbox.flush();
    },
  });
  effect(() => {
    const ids = timeline.value.entries.map((entry) => entry.externalId).filter((id) => id !== undefined);
    outbox.remove(new Set(ids));
  });
  askBeforeLeaving(computed(() => outbox.items.value.some(({ state }) => state === 'waiting')));

  return {
    ...page,
    timeline,
    isLoaded,
    isAnswering: computed(() => isAnswering(timeline.value)),
    connection,
    outbox,
    older,
    loadOlder: () => void history.loadOlder(),
  };
}
