/** Hears of what makes an answer in the making pointless, and ends it at once. A loss costs time, never correctness. */
import type { Live } from '#src/queue/live.ts';
import { INBOX_TOPIC, type InboxEvent } from '#src/queue/topics.ts';
import type { Message } from '#src/store/messages.ts';

/** The question changed: another run answers the new one. */
export class Cut extends Error {}

/** The person wants no answer. */
export class Stopped extends Error {}

export interface InboxWatch {
  /** Watches over one turn. `mayCut: false`: only a stop ends it. */
  start(conversationId: string, inputs: readonly Message[], mayCut: boolean): { signal: AbortSignal; end(): void };
}

/** Makes the watch: one subscription for all turns of this process. */
export function createInboxWatch(live: Live): InboxWatch {
  const watched = new Map<string, (event: InboxEvent) => void>();
  live
    .subscribe(INBOX_TOPIC, (event) => {
      const inboxEvent = event as InboxEvent;
      watched.get(inboxEvent.conversationId)?.(inboxEvent);
    })
    .catch(() => undefined); // only when we close before Redis was ever there
  return {
    start(conversationId, inputs, mayCut) {
      const controller = new AbortController();
      const onEvent = (event: InboxEvent) => {
        if (event.what === 'stop') controller.abort(new Stopped('The person stopped the answer.'));
        else if (mayCut && changesQuestion(event, inputs)) controller.abort(new Cut('The question changed.'));
      };
      watched.set(conversationId, onEvent);
      return {
        signal: controller.signal,
        end: () => {
          if (watched.get(conversationId) === onEvent) watched.delete(conversationId);
        },
      };
    },
  };
}

function changesQuestion(event: InboxEvent, inputs: readonly Message[]): boolean {
  const isInput = inputs.some(({ _id }) => _id === event.messageId);
  return event.what === 'message' ? !isInput && event.chatId === inputs[0]?.chatId : isInput;
}
