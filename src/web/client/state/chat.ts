/** The page's state as signals, and what a person can do with it. The only place where stream, history and outbox meet. */
import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ChatEvent } from '../../entry.ts';
import { openConnection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import { createOutbox } from './outbox.ts';
import type { Outbox, Outgoing } from './outbox.ts';
import { createSaved } from './saved.ts';
import { fetchHistory, postMessage } from './server.ts';
import { applyEvent, EMPTY, isAnswering, mergeNewest, oldestSeq, prependOlder } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** What the server wrote into the page. */
export interface PageData {
  agentName: string;
  /** The longest text that it takes, in bytes of UTF-8. */
  textLimitBytes: number;
}

export interface Chat extends PageData {
  timeline: ReadonlySignal<Timeline>;
  isLoaded: ReadonlySignal<boolean>;
  isAnswering: ReadonlySignal<boolean>;
  connection: ReadonlySignal<ConnectionState>;
  outbox: Outbox;
  /** How the loading of older entries is going. */
  older: ReadonlySignal<'idle' | 'loading' | 'failed'>;
  loadOlder: () => void;
}

/** How long an acknowledged message may be missing from the live events before the history is asked. */
const MISSING_AFTER_MS = 1500;
const RELOAD_AFTER_MS = 2000;

/** Makes the chat and begins to follow the conversation. */
export function createChat(page: PageData): Chat {
  const timeline = signal<Timeline>(EMPTY);
  const isLoaded = signal(false);
  const older = signal<'idle' | 'loading' | 'failed'>('idle');
  /** One for each history under way: the entries that live events brought meanwhile. */
  const touched = new Set<Set<string>>();
  let reload: ReturnType<typeof setTimeout> | undefined;

  async function loadNewest(): Promise<boolean> {
    clearTimeout(reload);
    const mine = new Set<string>();
    touched.add(mine);
    try {
      timeline.value = mergeNewest(timeline.value, await fetchHistory(), mine);
      isLoaded.value = true;
      return true;
    } catch {
      // The store may be away while the stream is not; the stream's state is what the person is shown.
      reload = setTimeout(() => void loadNewest(), RELOAD_AFTER_MS);
      return false;
    } finally {
      touched.delete(mine);
    }
  }

  function onEvent(event: ChatEvent): void {
    if (event.type === 'active') return void loadNewest();
    if (event.type === 'entry' || event.type === 'edit') for (const ids of touched) ids.add(event.entry.id);
    timeline.value = applyEvent(timeline.value, event);
  }

  /** What is stored but not shown is a command, or its live event was lost: the history knows. */
  async function settle(id: string): Promise<void> {
    const isMissing = () => outbox.items.value.some((item) => item.id === id);
    if (isMissing() && (await loadNewest())) outbox.remove(new Set([id]));
  }

  const outbox = createOutbox({
    post: postMessage,
    saved: createSaved<Outgoing[]>('outbox'),
    onAccepted: (id) => void setTimeout(() => void settle(id), MISSING_AFTER_MS),
  });

  async function loadOlder(): Promise<void> {
    const before = oldestSeq(timeline.value);
    if (older.value === 'loading' || !timeline.value.hasMore || before === undefined) return;
    older.value = 'loading';
    try {
      timeline.value = prependOlder(timeline.value, await fetchHistory(before));
      older.value = 'idle';
    } catch {
      older.value = 'failed';
    }
  }

  const connection = openConnection({
    onEvent,
    onReady() {
      void loadNewest();
      outbox.flush();
    },
  });
  effect(() => {
    const ids = timeline.value.entries.map((entry) => entry.externalId).filter((id) => id !== undefined);
    outbox.remove(new Set(ids));
  });

  return {
    ...page,
    timeline,
    isLoaded,
    isAnswering: computed(() => isAnswering(timeline.value)),
    connection,
    outbox,
    older,
    loadOlder: () => void loadOlder(),
  };
}
