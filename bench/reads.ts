/** What reading costs over HTTP: the local person's conversations and a history, however much is stored. */
import { API_APP, LOCAL_PERSON_ID } from '#src/conversation.ts';
import { derivedId } from '#src/id.ts';
import { chatKey } from '#src/store/chats.ts';
import type { Message } from '#src/store/messages.ts';
import { newConversation } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';
import { percentile } from './crowd.ts';

/** Median milliseconds, by how many conversations the person has; `all`: of an admin's list of everybody's. */
export interface ReadTimes {
  list: Record<string, number>;
  all: Record<string, number>;
  historyOfHundred: Record<string, number>;
  /** Of a history what is not MongoDB's share: the same reads, asked of it directly, are taken off. */
  withoutMongo: number;
}

const SIZES = [10, 1_000, 100_000];
const MESSAGES = 100;
const READS = 60;
const A_ROUND = 250;
const HOUR_MS = 3_600_000;

/** Stores more and more conversations, and reads after each step. `get` and `getAsAdmin` make the calls. */
export async function measureReads(
  store: Store,
  get: (path: string) => Promise<void>,
  getAsAdmin: (path: string) => Promise<void>,
): Promise<ReadTimes> {
  const personId = LOCAL_PERSON_ID;
  const times: ReadTimes = { list: {}, all: {}, historyOfHundred: {}, withoutMongo: 0 };
  const first = conversationId(0);
  await store.messages.insertMany(Array.from({ length: MESSAGES }, (_, n) => newMessage(first, n + 1)));
  let stored = 0;
  for (const size of SIZES) {
    for (; stored < size; stored += Math.min(A_ROUND, size - stored)) {
      const count = Math.min(A_ROUND, size - stored);
      await store.conversations.collection.insertMany(
        Array.from({ length: count }, (_, n) => seedConversation(stored + n, personId)) as never,
      );
    }
    times.list[size] = await median(() => get('/conversations'));
    times.all[size] = await median(() => getAsAdmin('/v1/conversations'));
    times.historyOfHundred[size] = await median(() => get(`/conversation/${first}`));
  }
  const share = await median(() => readDirectly(store, personId, first));
  times.withoutMongo = Math.max(0, Math.round(((times.historyOfHundred[SIZES.at(-1) ?? 0] ?? 0) - share) * 10) / 10);
  return times;
}

/** What a history asks of MongoDB. */
async function readDirectly(store: Store, personId: string, conversation: string): Promise<void> {
  await store.people.find({ _id: { $in: [personId] } }).lean();
  await store.conversations.find({ _id: { $in: [conversation] } }).lean();
  await store.messages.find({ conversationId: conversation }).sort({ seq: 1 }).lean();
}

async function median(read: () => Promise<void>): Promise<number> {
  await read();
  const measured: number[] = [];
  for (let n = 0; n < READS; n += 1) {
    const since = performance.now();
    await read();
    measured.push(performance.now() - since);
  }
  return Math.round(percentile(measured, 0.5) * 10) / 10;
}

function conversationId(number: number): string {
  return derivedId('cnv', new Date(0), `reads:${number}`);
}

/** The first is the latest, so that each size has the same first page but for what was added behind it. */
function seedConversation(number: number, personId: string) {
  const at = new Date(Date.now() - (number + 1) * HOUR_MS);
  const talk = newConversation(conversationId(number), at, {
    kind: 'direct',
    personId,
    apps: [API_APP],
    title: `Talk ${number}`,
  });
  return { ...talk, lastSeq: number === 0 ? MESSAGES : 0, pendingFrom: MESSAGES + 1 };
}

function newMessage(conversation: string, seq: number): Message {
  const at = new Date();
  const place = { account: 'api', externalId: 'reads', threadId: '' };
  const isQuestion = seq % 2 === 1;
  return {
    _id: derivedId('msg', at, `reads:${seq}`),
    conversationId: conversation,
    seq,
    key: `api:reads:${seq}`,
    role: isQuestion ? 'user' : 'agent',
    channel: API_APP,
    chatId: chatKey(API_APP, place),
    origin: 'api',
    text: `Number ${seq} is a fine number, as numbers go, and this is as long as most messages are.`,
    textAt: at,
    edits: [],
    attachments: [],
    answer: isQuestion ? 'given' : 'none',
    createdAt: at,
  };
}
