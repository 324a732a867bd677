/** P7: who is told to end begins nothing more, and its last seconds are the same for all that it still does. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Channel } from '#src/channel.ts';
import { ShutdownError } from '#src/errors.ts';
import { createLogger } from '#src/log.ts';
import type { Part } from '#src/store/deliveries.ts';
import { createHolder } from '#src/store/holder.ts';
import { newDelivery } from '#src/store/new.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { openStore } from '#test/store/open-store.ts';
import { createDeliver } from '#workers/deliver/deliver.ts';
import { createKeeper } from '#workers/keeper.ts';
import { patienceOf } from '#workers/patience.ts';
import { bareChannel } from './bare-channel.ts';

const CHAT = 'platform:1:2:';
const log = createLogger('silent', false);
const live = { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined };
const unknown = (index: number): Part => ({ index, text: 'Hello', state: 'unknown', key: `ntc_1:${index}` });

/** A chat in which one delivery waits, and a platform that may tell the process to end whenever it is called. */
async function openChat(t: TestContext, parts: Part[], ending: (stop: () => void) => Partial<Channel>) {
  const store = await openStore(t);
  const holder = createHolder();
  const keeper = createKeeper(store, holder, log);
  t.after(() => keeper.close());
  const notice = { _id: 'ntc_1', key: 'notice:1', kind: 'notice', chatId: CHAT, text: 'Hello', parts } as const;
  await store.deliveries.insertOne(newDelivery(new Date(), 'direct', { ...notice, parts }));
  const end = new AbortController();
  const stop = () => end.abort(new ShutdownError());
  const calls: string[] = [];
  const channel = bareChannel({
    name: 'platform',
    account: '1',
    send: async ({ key }) => ({ externalId: String(calls.push(`send ${key}`)) }),
    ...ending(stop),
  });
  const lookUp = channel.lookUp && {
    lookUp: async (...[part, ...more]: Parameters<NonNullable<Channel['lookUp']>>) => {
      calls.push(`look up ${part.key}`);
      return channel.lookUp?.(part, ...more) ?? 'absent';
    },
  };
  const deps = { store, bells: silentBells, live, log, holder, keeper, sendTimeoutMs: 5_000, channels: new Map() };
  const deliver = createDeliver({ ...deps, pacer: { take: async () => 0 } }, { ...channel, ...lookUp });
  const work = () => deliver(CHAT, end.signal);
  const left = async () => {
    const delivery = await store.deliveries.findById('ntc_1').lean();
    return [
      delivery?.state,
      delivery?.isOpen,
      delivery?.leaseHolder ?? null,
      delivery?.parts.map(({ state }) => state),
    ];
  };
  return { work, stop, calls, left };
}

test('the last seconds are counted from the stop, whenever a send begins', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const end = new AbortController();
  const before = patienceOf(20_000, end.signal);
  end.abort(new ShutdownError());
  t.mock.timers.tick(5_000);
  const after = patienceOf(20_000, end.signal);
  t.mock.timers.tick(2_999);
  assert.deepEqual([before.signal.aborted, after.signal.aborted], [false, false]);
  t.mock.timers.tick(1);
  assert.deepEqual([before.signal.aborted, after.signal.aborted], [true, true]);
});

test('what was not taken before the stop is not taken after it', async (t) => {
  const { work, stop, calls, left } = await openChat(t, [], () => ({}));
  stop();
  await work();
  assert.deepEqual([calls, await left()], [[], ['queued', true, null, []]]);
});

test('what is taken when the stop comes is left queued: nothing is sent', async (t) => {
  const ending = (stop: () => void) => ({ format: (text: string) => (stop(), [text]) });
  const { work, calls, left } = await openChat(t, [], ending);
  await work();
  assert.deepEqual([calls, await left()], [[], ['queued', true, null, ['waiting']]]);
});

test('what is being looked up when the stop comes is settled, and nothing else is looked up or sent', async (t) => {
  const ending = (stop: () => void) => ({ lookUp: async () => (stop(), 'absent' as const) });
  const { work, calls, left } = await openChat(t, [unknown(0), unknown(1)], ending);
  await work();
  assert.deepEqual([calls, await left()], [['look up ntc_1:0'], ['queued', true, null, ['waiting', 'unknown']]]);
});
