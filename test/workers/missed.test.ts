/** Times of which not all may have come to us: when they are fetched, from when on, and until when (P8). */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ChatRef, InboundMissed } from '#src/message.ts';
import { openIngest } from '#test/ingest/open-ingest.ts';
import { catchUp, noteKnown, owed } from '#workers/listen/catch-up.ts';
import { bareChannel } from './bare-channel.ts';

const MINUTE_MS = 60_000;
const ann: ChatRef = { account: 'us', externalId: 'ann', threadId: '', kind: 'direct' };

/** An account that is ours since so many minutes ago, and of which Ann's chat alone can never be fetched whole. */
async function openAccount(t: TestContext, { minutes }: { minutes: number }) {
  const { deps, ingest } = await openIngest(t);
  const start = Date.now();
  const at = (minute: number) => new Date(start + minute * MINUTE_MS);
  const asked: number[] = [];
  const channel = bareChannel({
    async catchUp({ since }) {
      asked.push(Math.round((since.getTime() - start) / MINUTE_MS));
      return [{ chat: ann, from: since, to: new Date() }];
    },
  });
  await noteKnown(deps.store, channel, at(-minutes));
  await noteKnown(deps.store, channel, at(0));
  const from = { externalIds: ['ann'], realm: '', name: 'Ann' };
  const said = { chat: ann, externalId: 'm1', from, text: 'Hi', attachments: [], addressedBy: 'direct' as const };
  await ingest('x', [{ kind: 'message', at: at(0), ...said }]);
  return {
    asked,
    miss: (fromMinute: number, untilMinute: number, more: Pick<InboundMissed, 'isGuess'> = {}) =>
      ingest('x', [{ kind: 'missed', at: at(fromMinute), until: at(untilMinute), account: 'us', ...more }]),
    owed: async () => owed(await noteKnown(deps.store, channel, at(0))),
    fetch: (isGuess = false) =>
      catchUp({ ...deps, ingest }, channel, async () => undefined, AbortSignal.timeout(20_000), isGuess),
    gaps: () => deps.store.messages.countDocuments({ role: 'system' }),
  };
}

test('a time is owed when it is over, fetched from its beginning, and then no more', async (t) => {
  const { asked, miss, owed, fetch, gaps } = await openAccount(t, { minutes: 100 });
  assert.equal(await owed(), undefined);
  await miss(-1, 1);
  assert.equal(await owed(), undefined, 'it is not over');
  await miss(-10, -8);
  assert.equal(await owed(), 'sure');
  await fetch();
  assert.deepEqual([asked, await gaps()], [[-12], 1]);
  assert.equal(await owed(), undefined);
});

test('a platform that drops things on and on is not waited for: what is over is fetched, and once', async (t) => {
  const { asked, miss, owed, fetch } = await openAccount(t, { minutes: 100 });
  await miss(-20, 1);
  assert.equal(await owed(), 'sure', 'it has lasted for long');
  await fetch();
  assert.equal(await owed(), undefined, 'what is to come is owed later');
  await miss(-1, 2);
  await fetch();
  assert.deepEqual(asked, [-22, -3]);
});

test('on a guess nothing is a gap, and nothing is fetched from before the account was ours', async (t) => {
  const { asked, miss, owed, fetch, gaps } = await openAccount(t, { minutes: 5 });
  await miss(-60, -1, { isGuess: true });
  assert.equal(await owed(), 'guess');
  await fetch(true);
  assert.deepEqual([asked, await gaps(), await owed()], [[-7], 0, undefined]);
});

test('a guess beside what was told is none', async (t) => {
  const { miss, owed } = await openAccount(t, { minutes: 100 });
  await miss(-3, -2);
  await miss(-60, -1, { isGuess: true });
  assert.equal(await owed(), 'sure');
});
