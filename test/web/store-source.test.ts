/** What the chat page is told while MongoDB comes and goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentityResolver } from '#src/identity/resolve.ts';
import { createLogger } from '#src/log.ts';
import { createLive } from '#src/queue/live.ts';
import { INBOX_TOPIC } from '#src/queue/topics.ts';
import { chatKey } from '#src/store/chats.ts';
import { createStore } from '#src/store/store.ts';
import type { ChatEvent } from '#src/web/entry.ts';
import { createChatSource } from '#src/web/store-source.ts';
import { databaseUri, openDatabase } from '#test/product/database.ts';
import { within } from '#test/product/eventually.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';

const log = createLogger('silent', false);
const VISITOR = { externalId: 'somebody', isLocal: true };
const WAIT_MS = 60_000;

test('a visitor whose first word came while MongoDB hung up is followed from their next one on', async (t) => {
  const { mongodbUri, redisUrl } = await sharedServices();
  const database = await openDatabase(databaseUri(mongodbUri));
  t.after(() => database.close());
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const store = await createStore({ uri: mongodb.via(database.uri), log });
  const live = createLive({ prefix: database.name, redisUrl, log });
  const [over, told] = [new AbortController(), Promise.withResolvers<ChatEvent>()];
  t.after(async () => {
    over.abort();
    live.close();
    await store.close();
  });
  const identities = createIdentityResolver(store);
  await createChatSource({ store, live, identities, log }).follow(VISITOR, told.resolve, over.signal);

  const { externalId } = VISITOR;
  const { person } = await identities.resolve(
    'web',
    { externalIds: [externalId], realm: '', name: 'Somebody' },
    new Date(),
  );
  const chatId = chatKey('web', { account: 'web', externalId, threadId: '' });
  const speak = () =>
    live.publish(INBOX_TOPIC, { conversationId: person.activeConversationId, what: 'message', chatId });
  const looking = () => mongodb.stopAt({ says: /find.+(identities|people)/s, where: 'after' });
  const first = looking();
  speak();
  await within(WAIT_MS, 'they are looked up', first);
  const again = looking(); // the driver tries a reading twice
  mongodb.hangUp();
  await within(WAIT_MS, 'they are looked up again', again);
  mongodb.hangUp();
  speak();
  const event = await within(WAIT_MS, 'the page is told', told.promise);
  assert.deepEqual(event, { type: 'active', conversationId: person.activeConversationId });
});
