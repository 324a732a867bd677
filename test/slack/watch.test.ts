/** Where Slack calls us nobody notices when it cannot: once an hour what was said since is asked for. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createWatch } from '#adapters/slack/watch.ts';
import type { Inbound } from '#src/message.ts';

const MINUTE_MS = 60_000;

/** Watches for so many minutes, of which none is waited for, and says what was asked for. */
async function watch(minutes: number, store: (asked: Inbound[]) => Promise<void> = async () => {}) {
  const asked: Inbound[] = [];
  const over = new AbortController();
  let now = 0;
  let asks = 0;
  const connect = createWatch({
    self: {
      async learn() {
        asks += 1;
        return { account: '1-2', userId: 'U0US', teamId: 'T0', name: 'us' };
      },
    },
    account: '1-2',
    emit: async (batch) => {
      await store(batch);
      asked.push(...batch);
    },
    async rest() {
      now += MINUTE_MS;
      if (now > minutes * MINUTE_MS) over.abort();
    },
    now: () => now,
  });
  for (; !over.signal.aborted;) await connect(() => undefined, over.signal).catch(() => undefined);
  return { asked, asks };
}

const missed = (fromMinute: number, toMinute: number): Inbound => {
  const [at, until] = [new Date(fromMinute * MINUTE_MS), new Date(toMinute * MINUTE_MS)];
  return { kind: 'missed', at, until, account: '1-2', isGuess: true };
};

test('each hour is asked for once, also the one before we began, and each minute whether Slack still knows us', async () => {
  assert.deepEqual(await watch(150), { asked: [missed(-60, 1), missed(1, 61), missed(61, 121)], asks: 150 });
});

test('an hour that could not be noted is asked for again', async () => {
  let refusals = 2;
  const { asked } = await watch(70, async () => {
    if ((refusals -= 1) >= 0) throw new Error('The store is away.');
  });
  assert.deepEqual(asked, [missed(-60, 3), missed(3, 63)]);
});
