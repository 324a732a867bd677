/**
 * What happens in a conversation, as one reader of `…/stream` is told it.
 *
 * Live events may be lost and come in any order; the store is the truth. So each of them is only a ring: messages are
 * read from the store behind the last place that the reader has, in their order, each once. A slow look at the
 * conversation makes up for lost rings.
 */
import type { LiveEvent, Mode } from '../conversation.ts';
import { describeError } from '../errors.ts';
import type { Live } from '../queue/live.ts';
import { conversationTopic } from '../queue/topics.ts';
import type { Logger } from '../log.ts';
import { createBatchReader } from '../store/batch.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import { presentDelivery, presentMessage } from './present.ts';
import type { EventStream, ServerEvent } from './sse.ts';

/** Where a reader begins, and what ends it besides hanging up. */
export interface FollowOptions {
  conversationId: string;
  /** The last place that the reader has. */
  after: number;
  mode: Mode;
  /** Whether the reader may still see the conversation. */
  isTheirs: (conversation: Conversation) => boolean;
}

/** Follows until the stream has ended. Resolves when it listens and the reader has everything that is there. */
export type Follow = (stream: EventStream, options: FollowOptions) => Promise<void>;

const LOOK_EVERY_MS = 5_000;
const MESSAGES_A_ROUND = 100;
/** More waiting than this: what can be done without is left out. */
const MOST_WAITING = 200;

/** Makes it, once for all readers: what several of them want read at once is read once. */
export function createFollow(deps: { store: Store; live: Live; log: Logger; lookEveryMs?: number }): Follow {
  const { store, live, log, lookEveryMs = LOOK_EVERY_MS } = deps;
  const read = createReaders(store);

  return async (stream, { conversationId, after, mode, isTheirs }) => {
    let [last, currentMode] = [after, mode];
    let isHurt = false;
    const waiting: (() => Promise<void>)[] = [];
    let running: Promise<void> | undefined;

    /** One thing after the other: what is read for an event must not come behind what happened later. */
    const run = async () => {
      for (let work = waiting.shift(); work && !stream.ended.aborted; work = waiting.shift()) {
        await work().catch((error: Error) => {
          isHurt = true;
          log.warn({ conversationId, error: error.message }, 'a stream could not read on; it looks again shortly');
        });
      }
      running = undefined;
    };
    const enqueue = (work: () => Promise<void>) => {
      waiting.push(work);
      return (running ??= run());
    };

    const tellNew = async () => {
      for (let round: Shown[] | undefined; round === undefined || round.length === MESSAGES_A_ROUND;) {
        if (stream.ended.aborted) return;
        round = (await read.after(`${conversationId} ${last}`)) ?? [];
        for (const { message, deliveries } of round) {
          stream.send({ event: 'message', id: String(message.seq), data: presentMessage(message, deliveries) });
          last = message.seq;
          await stream.ready();
          if (stream.ended.aborted) return;
        }
      }
      isHurt = false;
    };

    const tellMode = (now: Mode) => {
      if (now !== currentMode) stream.send({ event: 'mode', data: { mode: now } });
      currentMode = now;
    };

    const tell = async (event: LiveEvent) => {
      if (event.type === 'message') return event.seq > last ? tellNew() : undefined;
      if (event.type === 'mode') return tellMode(event.mode);
      if (event.type === 'gone') return stream.close();
      const shown = await show(read, event, last);
      if (shown) stream.send(shown);
      await stream.ready();
    };

    const look = async () => {
      const conversation = await store.readConversation(conversationId);
      if (!conversation || conversation.goneAt || !isTheirs(conversation)) return stream.close();
      if (conversation.lastSeq > last || isHurt) await tellNew();
      tellMode(conversation.mode);
    };

    const timer = setInterval(() => {
      if (waiting.length === 0) void enqueue(look);
    }, lookEveryMs);
    const hear = (heard: unknown) => {
      const event = heard as LiveEvent;
      if (waiting.length < MOST_WAITING || event.type === 'gone') void enqueue(() => tell(event));
      else isHurt = true;
    };
    const subscription = live.subscribe(conversationTopic(conversationId), hear).catch((error: unknown) => {
      log.debug({ conversationId, error: describeError(error) }, 'a stream hears nothing; it looks now and then');
      return () => undefined;
    });
    const end = () => {
      clearInterval(timer);
      void subscription.then((unsubscribe) => unsubscribe());
    };
    if (stream.ended.aborted) end();
    else stream.ended.addEventListener('abort', end, { once: true });
    await enqueue(tellNew);
    // What was stored before we listened; where Redis is away, the slow look has to do.
    void subscription.then(() => enqueue(tellNew));
  };
}

interface Shown {
  message: Message;
  deliveries: Delivery[];
}

interface Readers {
  /** The messages behind a place; the key is `CONVERSATION PLACE`. */
  after: (key: string) => Promise<Shown[] | undefined>;
  message: (id: string) => Promise<Shown | undefined>;
  delivery: (id: string) => Promise<Delivery | undefined>;
}

function createReaders(store: Store): Readers {
  const withDeliveries = async (messages: Message[]): Promise<Shown[]> => {
    const said = messages.filter(({ role }) => role !== 'user').map(({ _id }) => _id);
    const deliveries = said.length === 0 ? [] : await store.deliveries.find({ messageId: { $in: said } }).lean();
    const byMessage = Map.groupBy(deliveries, ({ messageId }) => messageId);
    return messages.map((message) => ({ message, deliveries: byMessage.get(message._id) ?? [] }));
  };
  const readAfter = async (key: string) => {
    const [conversationId = '', place = ''] = key.split(' ');
    const [above, below] = [Number(place), Number(place) + MESSAGES_A_ROUND];
    const found = await store.messages.find({ conversationId, seq: { $gt: above, $lte: below } }).lean();
    return withDeliveries(found.toSorted((a, b) => a.seq - b.seq));
  };
  return {
    after: createBatchReader(async (keys) => {
      return new Map(await Promise.all(keys.map(async (key) => [key, await readAfter(key)] as const)));
    }),
    message: createBatchReader(async (ids) => {
      const shown = await withDeliveries(await store.messages.find({ _id: { $in: ids } }).lean());
      return new Map(shown.map((one) => [one.message._id, one]));
    }),
    delivery: createBatchReader(async (ids) => {
      const found = await store.deliveries.find({ _id: { $in: ids } }).lean();
      return new Map(found.map((delivery) => [delivery._id, delivery]));
    }),
  };
}

/** What changes without being a message: it has no id, and what of it is lost is lost. */
async function show(read: Readers, event: LiveEvent, last: number): Promise<ServerEvent | undefined> {
  if (event.type === 'typing' || event.type === 'delta' || event.type === 'restart' || event.type === 'turn') {
    const { type, ...data } = event;
    return { event: type, data, isDroppable: type === 'typing' || type === 'delta' };
  }
  if (event.type === 'edit') {
    // What the reader does not have yet comes as a message, with the text that it has now.
    const shown = event.seq > last ? undefined : await read.message(event.messageId);
    return shown && { event: 'edit', data: presentMessage(shown.message, shown.deliveries) };
  }
  if (event.type !== 'delivery' || event.messageId === undefined) return undefined;
  const delivery = await read.delivery(event.deliveryId);
  return delivery && { event: 'delivery', data: { messageId: event.messageId, ...presentDelivery(delivery) } };
}
