/** Servers that answer polls in odd ways are neither hammered nor believed. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Channel } from '#src/channel.ts';
import { startHost } from '#test/standins/host.ts';
import { listenTo, makeChannel } from './bot.ts';

const ME = { id: 1, is_bot: true, first_name: 'Bot', username: 'a_bot' };

/** A Bot API whose polls give what `poll` says, and at once. */
async function startOdd(t: TestContext, poll: () => unknown): Promise<Channel> {
  const host = await startHost((request, response) => {
    const result = request.url?.endsWith('/getUpdates') ? poll() : request.url?.endsWith('/getMe') ? ME : true;
    response.end(JSON.stringify({ ok: true, result }));
  });
  t.after(() => host.down());
  return makeChannel({ TELEGRAM_BOT_TOKEN: '1:A', TELEGRAM_API_ROOT: host.origin });
}

test('a server without long polling is asked about once a second', async (t) => {
  const polledAt: number[] = [];
  const fifth = Promise.withResolvers<void>();
  const channel = await startOdd(t, () => {
    if (polledAt.push(performance.now()) === 5) fifth.resolve();
    return [];
  });
  listenTo(t, channel);
  await fifth.promise;
  const [, second = 0, , , last = 0] = polledAt;
  // Three pauses of a second, of which a poll that is heard late takes something away, though never this much.
  assert.ok(last - second > 2_000, `${last - second} ms between four polls`);
});

test('an update without an id is kept, and not asked for again at once though nothing can confirm it', async (t) => {
  let polls = 0;
  const channel = await startOdd(t, () => {
    polls += 1;
    return [{ message: { text: 'who am I?' } }];
  });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  for (let index = 0; index < 5; index++) await channel.probe?.(AbortSignal.timeout(5000));
  assert.partialDeepStrictEqual(listening.stored, [{ kind: 'unread', raw: { message: { text: 'who am I?' } } }]);
  assert.equal(polls, 1);
});

test('an answer that is no list of updates is a failure that an admin sees', async (t) => {
  const channel = await startOdd(t, () => ({ message: 'I do not know this method.' }));
  const listening = listenTo(t, channel);
  await listening.reported('reconnecting');
  assert.match(listening.reports.at(-1)?.action ?? '', /something else than updates/);
});
