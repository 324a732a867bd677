/** A database that is in use: people who have been talking for a while. */
import { derivedId } from '#src/id.ts';
import { chatKey } from '#src/store/chats.ts';
import { identityKey } from '#src/store/identities.ts';
import { inboundKey, type Message } from '#src/store/messages.ts';
import { newConversation, newPerson } from '#src/store/new.ts';
import type { Store } from '#src/store/store.ts';

const PEOPLE_A_ROUND = 100;

/** Where the seeded people's ids on the platform begin. */
export const FIRST_PERSON = 6_000_000_000;

/** Stores `people` with `messages` in all, half of them answers, as the product itself would have. */
export async function seed(store: Store, account: string, people: number, messages: number): Promise<void> {
  const each = messages / people;
  const at = new Date(Date.now() - 86_400_000);
  for (let from = 0; from < people; from += PEOPLE_A_ROUND) {
    const seeded = Array.from({ length: PEOPLE_A_ROUND }, (_, index) =>
      seedPerson(account, FIRST_PERSON + from + index, each, at),
    );
    await store.conversations.insertMany(seeded.map(({ conversation }) => conversation));
    await store.people.insertMany(seeded.map(({ person }) => person));
    await store.identities.insertMany(seeded.map(({ identity }) => identity));
    await store.chats.insertMany(seeded.map(({ chat }) => chat));
    await store.messages.insertMany(seeded.flatMap((one) => one.messages));
  }
}

function seedPerson(account: string, number: number, count: number, at: Date) {
  const externalId = String(number);
  const place = { account, externalId, threadId: '', kind: 'direct' as const };
  const [personId, conversationId, identityId] = [
    derivedId('per', at, externalId),
    derivedId('cnv', at, externalId),
    derivedId('idn', at, externalId),
  ];
  const name = { name: `Person ${number}`, firstConversationId: conversationId };
  const chatId = chatKey('telegram', place);
  const rest = { channel: 'telegram', realm: '', externalId, isBlocked: false, isReachable: true, createdAt: at };
  return {
    person: newPerson(personId, name, at),
    identity: { _id: identityId, ids: [identityKey('telegram', '', externalId)], personId, ...name, ...rest },
    chat: { _id: chatId, channel: 'telegram', ...place, identityId, createdAt: at },
    conversation: {
      ...newConversation(conversationId, at, { kind: 'direct', personId }),
      lastSeq: count,
      historyFrom: Math.max(1, count - 20),
      pendingFrom: count + 1,
      apps: ['telegram'],
    },
    messages: Array.from({ length: count }, (_, index): Message => {
      const isQuestion = index % 2 === 0;
      const seq = index + 1;
      return {
        _id: derivedId('msg', at, `${externalId}:${seq}`),
        conversationId,
        seq,
        key: isQuestion ? inboundKey(chatId, `seed-${seq}`) : `out:seed:${externalId}:${seq}`,
        role: isQuestion ? 'user' : 'agent',
        channel: 'telegram',
        chatId,
        identityId,
        text: isQuestion ? `What do you think of number ${seq}?` : `Number ${seq} is a fine number, as numbers go.`,
        textAt: at,
        edits: [],
        attachments: [],
        answer: isQuestion ? 'given' : 'none',
        createdAt: at,
      };
    }),
  };
}
