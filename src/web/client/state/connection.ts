/** The live stream from the server: kept open while the page is looked at, and opened again whenever it is lost. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ChatEvent } from '../../entry.ts';

/** `lost`: just now, probably for a moment. `offline`: long enough that the person should know. */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'offline';

export interface ConnectionDeps {
  /** The stream has begun, also after a loss: what happened before has to be read from the history. */
  onReady(): void;
  onEvent(event: ChatEvent): void;
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10_000;
/** The server gives a sign of life every 15 s; a stream silent for this long is dead without knowing it. */
const SILENCE_MS = 40_000;
const OFFLINE_AFTER_MS = 2_500;
/** A browser keeps few connections to one server: tabs that nobody looks at must not use them up. */
const HIDDEN_FOR_MS = 60_000;

/** Opens the stream and keeps it. */
export function openConnection(deps: ConnectionDeps): ReadonlySignal<ConnectionState> {
  const state = signal<ConnectionState>('connecting');
  let source: EventSource | undefined;
  let wait = FIRST_WAIT_MS;
  const timers: Partial<Record<'retry' | 'silence' | 'offline' | 'hidden', ReturnType<typeof setTimeout>>> = {};

  const after = (name: keyof typeof timers, delayMs: number, act: () => void) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(act, delayMs);
  };
  const isAlive = () => after('silence', SILENCE_MS, lose);

  function close(): void {
    source?.close();
    source = undefined;
    clearTimeout(timers.silence);
    clearTimeout(timers.retry);
  }

  function lose(): void {
    close();
    if (state.value === 'live' || state.value === 'connecting') {
      state.value = 'lost';
      after('offline', OFFLINE_AFTER_MS, () => (state.value = 'offline'));
    }
    after('retry', wait * (0.8 + Math.random() * 0.4), connect);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function becomeLive(): void {
    clearTimeout(timers.offline);
    wait = FIRST_WAIT_MS;
    state.value = 'live';
    isAlive();
    deps.onReady();
  }

  function connect(): void {
    close();
    source = new EventSource('/chat/stream');
    source.addEventListener('ready', becomeLive);
    source.addEventListener('beat', isAlive);
    source.addEventListener('chat', ({ data }: MessageEvent<string>) => {
      isAlive();
      deps.onEvent(JSON.parse(data) as ChatEvent);
    });
    source.addEventListener('error', lose);
    isAlive();
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timers.hidden);
    if (document.hidden) after('hidden', HIDDEN_FOR_MS, close);
    else if (!source) connect();
  });
  // The network came back: no need to wait for the next try.
  globalThis.addEventListener('online', () => state.value !== 'live' && connect());
  connect();
  return state;
}
