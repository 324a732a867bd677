/** The way in by long polling: nothing is confirmed before it is stored, and the connection comes back by itself. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Inbound } from '#src/message.ts';
import type { TelegramStandin } from '#test/standins/telegram/index.ts';
import { listenTo, makeChannel, startBot } from './bot.ts';

const textsOf = (batch: readonly Inbound[]) => batch.map((one) => ('text' in one ? one.text : one.kind));
const offsetsOf = (telegram: TelegramStandin) => telegram.callsOf('getUpdates').map(({ payload }) => payload['offset']);

test('what people say is stored, in order, and then confirmed', async (t) => {
  const { telegram, channel } = await startBot(t);
  const anna = telegram.person({ first_name: 'Anna' });
  const listening = listenTo(t, channel);
  for (const text of ['one', 'two', 'three']) telegram.say({ from: anna, text });
  await telegram.waitFor(() => listening.stored.length === 3 && telegram.pending === 0);
  assert.deepEqual(textsOf(listening.stored), ['one', 'two', 'three']);
  assert.equal(listening.reports.at(-1)?.state, 'ready');
});

test('updates that wait are confirmed only after the store has said yes', async (t) => {
  const { telegram, channel } = await startBot(t);
  telegram.say({ from: telegram.person(), text: 'hello' });
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const listening = listenTo(t, channel, () => {
    entered.resolve();
    return gate.promise;
  });
  await entered.promise;
  assert.equal(telegram.pending, 1);
  assert.deepEqual(offsetsOf(telegram), [undefined]);
  gate.resolve();
  await telegram.waitFor(() => telegram.pending === 0);
  assert.equal(listening.stored.length, 1);
});

test('a batch that the store refuses comes again whole, and an admin is told why', async (t) => {
  const { telegram, channel } = await startBot(t);
  const anna = telegram.person();
  telegram.say({ from: anna, text: 'one' });
  telegram.say({ from: anna, text: 'two' });
  const listening = listenTo(t, channel);
  listening.refuse(2);
  await telegram.waitFor(() => listening.stored.length === 2 && telegram.pending === 0);
  assert.deepEqual(listening.refused.map(textsOf), [
    ['one', 'two'],
    ['one', 'two'],
  ]);
  assert.deepEqual(textsOf(listening.stored), ['one', 'two']);
  assert.deepEqual(
    listening.reports.map(({ state }) => state),
    ['starting', 'reconnecting', 'reconnecting', 'ready'],
  );
  assert.match(listening.reports[1]?.action ?? '', /cannot be stored: The store is away/);
});

test('a stop ends the open poll at once and confirms nothing more', async (t) => {
  const { telegram, channel } = await startBot(t);
  const listening = listenTo(t, channel);
  await telegram.waitFor(() => telegram.isPolled);
  const calls = telegram.count('getUpdates');
  await listening.stop();
  await telegram.waitFor(() => !telegram.isPolled);
  assert.equal(telegram.count('getUpdates'), calls);
  assert.equal(listening.reports.at(-1)?.state, 'ready');
  telegram.say({ from: telegram.person(), text: 'later' });
  const again = listenTo(t, channel);
  await telegram.waitFor(() => again.stored.length === 1);
});

test('what was stored but not confirmed when it stopped comes again and is the same', async (t) => {
  const { telegram, channel } = await startBot(t);
  telegram.say({ from: telegram.person(), text: 'hello' });
  const stopping = new AbortController();
  const stored: Inbound[] = [];
  await channel.listen?.(
    async (batch) => {
      stored.push(...batch);
      stopping.abort();
    },
    () => {},
    stopping.signal,
  );
  assert.equal(telegram.pending, 1);
  const again = listenTo(t, channel);
  await telegram.waitFor(() => again.stored.length === 1);
  assert.deepEqual(again.stored, stored);
});

test('an offset is dropped when all is confirmed, because a new start of ids would be hidden behind it', async (t) => {
  const { telegram, channel } = await startBot(t);
  telegram.say({ from: telegram.person(), text: 'hello' });
  listenTo(t, channel, async () => telegram.faultNext('getUpdates', { status: 500 }));
  await telegram.waitFor(() => telegram.isPolled);
  const next = (telegram.updateIds[0] ?? 0) + 1;
  assert.deepEqual(offsetsOf(telegram), [undefined, next, next, undefined]);
});

test('a server that is away at the start is waited for', async (t) => {
  const { telegram, channel } = await startBot(t);
  await telegram.down();
  const listening = listenTo(t, channel);
  await listening.reported('reconnecting');
  assert.equal(listening.reports[1]?.state, 'reconnecting');
  assert.match(listening.reports[1]?.action ?? '', /ECONNREFUSED.*TELEGRAM_API_ROOT/);
  await telegram.up();
  telegram.say({ from: telegram.person(), text: 'hello' });
  await telegram.waitFor(() => listening.stored.length === 1);
  assert.equal(listening.reports.at(-1)?.state, 'ready');
});

test('a revoked token ends it, and says what to do', async (t) => {
  const { telegram } = await startBot(t);
  const channel = await makeChannel({
    TELEGRAM_BOT_TOKEN: `${telegram.botId}:wrong`,
    TELEGRAM_API_ROOT: telegram.apiRoot,
  });
  const listening = listenTo(t, channel);
  await assert.rejects(listening.ended, { name: 'RejectedError', code: 'unauthorized' });
  const last = listening.reports.at(-1);
  assert.equal(last?.state, 'failed');
  assert.match(last?.action ?? '', /@BotFather.*restart/);
});

test('another poller is named as such, and the connection comes back when it is gone', async (t) => {
  const { telegram, channel } = await startBot(t);
  const listening = listenTo(t, channel);
  await telegram.waitFor(() => telegram.isPolled);
  const foreign = await fetch(`${telegram.apiRoot}/bot${telegram.token}/getUpdates?timeout=0`);
  assert.equal(foreign.status, 200);
  await telegram.waitFor(() => telegram.isPolled);
  const complaint = listening.reports.find(({ state }) => state === 'reconnecting');
  assert.match(complaint?.action ?? '', /Another program polls/);
  telegram.say({ from: telegram.person(), text: 'hello' });
  await telegram.waitFor(() => listening.stored.length === 1);
  assert.equal(listening.reports.at(-1)?.state, 'ready');
});

test('a foreign webhook is removed, and what waited there comes to us', async (t) => {
  const { telegram, channel } = await startBot(t);
  await fetch(`${telegram.apiRoot}/bot${telegram.token}/setWebhook?url=http://127.0.0.1:9/other`);
  telegram.say({ from: telegram.person(), text: 'hello' });
  const listening = listenTo(t, channel);
  await telegram.waitFor(() => listening.stored.length === 1);
  assert.deepEqual(telegram.callsOf('deleteWebhook')[0]?.payload, { drop_pending_updates: false });
});

for (const fault of ['html502', 'reset', { status: 500 }, { status: 429, retry_after: 1 }] as const) {
  test(`a poll that ends in ${JSON.stringify(fault)} loses nothing`, async (t) => {
    const { telegram, channel } = await startBot(t);
    telegram.faultNext('getUpdates', fault);
    telegram.say({ from: telegram.person(), text: 'hello' });
    const listening = listenTo(t, channel);
    await telegram.waitFor(() => listening.stored.length === 1 && telegram.pending === 0);
    assert.deepEqual(
      listening.reports.map(({ state }) => state),
      ['starting', 'reconnecting', 'ready'],
    );
  });
}

test('an update that cannot be read is kept, and those behind it are read', async (t) => {
  const { telegram, channel } = await startBot(t);
  const id = telegram.push({ message: { message_id: 'one' } });
  telegram.say({ from: telegram.person(), text: 'hello' });
  const listening = listenTo(t, channel);
  await telegram.waitFor(() => listening.stored.length === 2 && telegram.pending === 0);
  assert.partialDeepStrictEqual(listening.stored, [
    { kind: 'unread', account: channel.account, externalId: String(id) },
    { kind: 'message', text: 'hello' },
  ]);
});

test('the menu of commands is set once, and not again when it is the same', async (t) => {
  const { telegram, channel } = await startBot(t);
  const first = listenTo(t, channel);
  await telegram.waitFor(() => telegram.count('setMyCommands') === 1);
  await first.stop();
  listenTo(t, channel);
  await telegram.waitFor(() => telegram.count('getMyCommands') === 2 && telegram.isPolled);
  assert.equal(telegram.count('setMyCommands'), 1);
});
