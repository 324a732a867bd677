/** Messages on their way from this page to the server: one after another, again until each is known to be taken. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Saved } from './saved.ts';
import type { Receipt } from './server.ts';

/** A message that the person has sent and the conversation does not show yet. */
export interface Outgoing {
  /** Ours; the server knows a repeat by it. */
  id: string;
  text: string;
  at: string;
  /** `waiting`: did not get through, tried again by itself. `refused`: the server will never take it. */
  state: 'sending' | 'waiting' | 'refused' | 'accepted';
  reason?: string;
}

export interface Outbox {
  items: ReadonlySignal<readonly Outgoing[]>;
  say(text: string): void;
  /** Tries everything again now that has not got through. */
  flush(): void;
  retry(id: string): void;
  /** Takes messages out: because the conversation shows them now, or the person gave them up. */
  remove(ids: ReadonlySet<string>): void;
}

export interface OutboxDeps {
  post(id: string, text: string): Promise<Receipt>;
  saved: Saved<Outgoing[]>;
  /** Called when the server has stored a message. */
  onAccepted(id: string): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
/** More than this no `Retry-After` can ask for: the person is waiting, and a browser's timer of 25 days ends at once. */
const LONGEST_ASKED_WAIT_MS = 300_000;

/** A version 4 UUID. `crypto.randomUUID` is missing where the page is served without TLS. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Makes the outbox, with what an earlier load of this tab left in it. Begins nothing until `flush` or `say`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const items = signal<readonly Outgoing[]>(deps.saved.read() ?? []);
  let isSending = false;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const set = (next: readonly Outgoing[]) => {
    items.value = next;
    deps.saved.write(next.filter((item) => item.state !== 'accepted'));
  };
  const change = (matches: (item: Outgoing) => boolean, fields: Partial<Outgoing>) =>
    set(items.value.map((item) => (matches(item) ? { ...item, ...fields } : item)));
  const isUnsent = (item: Outgoing) => item.state === 'sending' || item.state === 'waiting';

  /** Sends the first unsent message. Says whether to go on with the next. */
  async function sendNext(next: Outgoing): Promise<boolean> {
    const receipt = await deps.post(next.id, next.text);
    if (receipt.kind === 'unreachable') {
      change(isUnsent, { state: 'waiting' });
      timer = setTimeout(flush, Math.min(Math.max(receipt.retryAfterMs ?? 0, wait), LONGEST_ASKED_WAIT_MS));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      return false;
    }
    wait = FIRST_WAIT_MS;
    const isSame = (item: Outgoing) => item.id === next.id;
    if (receipt.kind === 'refused') change(isSame, { state: 'refused', reason: receipt.reason });
    else change(isSame, { state: 'accepted' });
    if (receipt.kind === 'accepted') deps.onAccepted(next.id);
    return true;
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    for (let next = items.value.find(isUnsent); next; next = items.value.find(isUnsent)) {
      if (!(await sendNext(next))) break;
    }
    isSending = false;
  }

  function flush(): void {
    clearTimeout(timer);
    if (!isSending) void sendAll();
  }

  return {
    items,
    flush,
    say(text) {
      set([...items.value, { id: newUuid(), text, at: new Date().toISOString(), state: 'sending' }]);
      flush();
    },
    retry(id) {
      change((item) => item.id === id, { state: 'sending' });
      flush();
    },
    remove: (ids) => items.value.some(({ id }) => ids.has(id)) && set(items.value.filter(({ id }) => !ids.has(id))),
  };
}
