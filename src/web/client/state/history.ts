/** The conversation as the page knows it: read from the server, and kept up to date by live events. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ChatEvent } from '../../entry.ts';
import { fetchHistory } from './server.ts';
import { applyEvent, EMPTY, mergeNewest, oldestSeq, prependOlder } from './timeline.ts';
import type { Timeline } from './timeline.ts';

export interface History {
  timeline: ReadonlySignal<Timeline>;
  /** Whether the newest part was read at least once. */
  isLoaded: ReadonlySignal<boolean>;
  /** How the loading of older entries is going. */
  older: ReadonlySignal<'idle' | 'loading' | 'failed'>;
  /** Reads the newest part. Says whether there was an answer; without one it is tried again by itself. Never rejects. */
  loadNewest(): Promise<boolean>;
  /** Reads what is older than what is known, unless that is under way or there is nothing. Never rejects. */
  loadOlder(): Promise<void>;
  /** Takes a live event in. */
  apply(event: ChatEvent): void;
}

const RELOAD_AFTER_MS = 2000;

/** Makes the history, empty. */
export function createHistory(): History {
  const timeline = signal<Timeline>(EMPTY);
  const isLoaded = signal(false);
  const older = signal<'idle' | 'loading' | 'failed'>('idle');
  /** One for each newest part under way: the entries that live events brought meanwhile. */
  const touched = new Set<Set<string>>();
  let lastAsked = 0;
  let lastShown = 0;
  let reload: ReturnType<typeof setTimeout> | undefined;

  /** Awaits the answer first and only then looks at the timeline: live events change it meanwhile. */
  async function readNewest(mine: ReadonlySet<string>): Promise<void> {
    const asked = (lastAsked += 1);
    const page = await fetchHistory();
    // Answers may overtake each other; what was asked earlier knows less.
    if (asked < lastShown) return;
    lastShown = asked;
    timeline.value = mergeNewest(timeline.value, page, mine);
    isLoaded.value = true;
  }

  async function loadNewest(): Promise<boolean> {
    clearTimeout(reload);
    const mine = new Set<string>();
    touched.add(mine);
    try {
      await readNewest(mine);
      return true;
    } catch {
      // The store may be away while the stream is not; the stream's state is what the person is shown.
      reload = setTimeout(() => void loadNewest(), RELOAD_AFTER_MS);
      return false;
    } finally {
      touched.delete(mine);
    }
  }

  async function loadOlder(): Promise<void> {
    const before = oldestSeq(timeline.value);
    if (older.value === 'loading' || !timeline.value.hasMore || before === undefined) return;
    older.value = 'loading';
    try {
      const page = await fetchHistory(before);
      timeline.value = prependOlder(timeline.value, page, before);
      older.value = 'idle';
    } catch {
      older.value = 'failed';
    }
  }

  function apply(event: ChatEvent): void {
    if (event.type === 'entry' || event.type === 'edit') for (const ids of touched) ids.add(event.entry.id);
    timeline.value = applyEvent(timeline.value, event);
  }

  return { timeline, isLoaded, older, loadNewest, loadOlder, apply };
}
