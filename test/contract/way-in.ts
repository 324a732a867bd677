/** The way in: told only what is stored, by the platform alone, and the same event the same thing at any time. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Emit, WebhookResult } from '#src/channel.ts';
import type { Inbound, InboundMessage } from '#src/message.ts';
import type { ContractFixture } from './fixture.ts';

const TEXT = 'a question';
const TIMEOUT_MS = 60_000;
const nothing: Emit = async () => assert.fail('Nothing was to be stored.');

/** Which event it is, as the core tells them apart. */
function idOf(inbound: Inbound | undefined): unknown {
  const { chat, externalId } = inbound as InboundMessage;
  return [chat, externalId];
}

export function wayInTests({ open, events }: ContractFixture): void {
  test('there is a way in', async (t) => {
    const { channel } = await open(t);
    assert.ok(channel.listen !== undefined || channel.receive !== undefined);
  });

  test(
    'what is said is emitted as a message, and told once more it has the same ids',
    { timeout: TIMEOUT_MS },
    async (t) => {
      const { channel, talk } = await open(t, { isIdle: true });
      if (!channel.listen || !talk) return t.skip('it does not listen');
      const [stop, heard] = [new AbortController(), [] as Inbound[]];
      const [first, second, ready] = [1, 2, 3].map(() => Promise.withResolvers<void>());
      const emit: Emit = async (batch) => {
        heard.push(...batch);
        if (heard.length > 0) first?.resolve();
        if (heard.length > 1) second?.resolve();
      };
      const ended = channel.listen(emit, ({ state }) => state === 'ready' && ready?.resolve(), stop.signal);
      await ready?.promise;
      talk.say(TEXT);
      await first?.promise;
      await talk.again();
      await second?.promise;
      stop.abort();
      await ended;
      assert.equal((heard[0] as InboundMessage).text, TEXT);
      assert.deepEqual(idOf(heard[1]), idOf(heard[0]));
    },
  );

  test('a request is answered only when what it brings is stored', async (t) => {
    const { channel, calls } = await open(t);
    if (!channel.receive || !calls) return t.skip('it receives no requests');
    const heard: Inbound[] = [];
    for (let times = 0; times < 2; times += 1) {
      let isStored = false;
      const answer: WebhookResult = await channel.receive(calls.genuine(TEXT), async (batch) => {
        await new Promise((resolve) => setImmediate(resolve));
        isStored = true;
        heard.push(...batch);
      });
      assert.deepEqual([isStored, Math.floor(answer.status / 100)], [true, 2]);
    }
    assert.equal((heard[0] as InboundMessage).text, TEXT);
    assert.deepEqual(idOf(heard[1]), idOf(heard[0]));
    const away = new Error('The store is away.');
    const refuses = channel.receive(calls.genuine(TEXT), () => Promise.reject(away));
    const answer = await refuses.catch((error: unknown) => error);
    assert.ok(answer === away || Number((answer as { status?: number }).status) >= 500);
  });

  test('forged requests, and old ones that come once more, are refused unread', async (t) => {
    const { channel, calls } = await open(t);
    if (!channel.receive || !calls) return t.skip('it receives no requests');
    for (const [name, request] of Object.entries(calls.forged(TEXT))) {
      await assert.rejects(channel.receive(request, nothing), { name: 'SignatureError' }, name);
    }
  });

  test('the same event is read the same at any time, and not touched', { skip: !events }, async (t) => {
    const { channel } = await open(t);
    if (!channel.read) return t.skip('it reads nothing again');
    for (const event of events ?? []) {
      const [now, given] = [Date.now(), structuredClone(event)];
      const first = channel.read(given);
      mock.timers.enable({ apis: ['Date'], now: now + 86_400_000 });
      try {
        assert.deepEqual(channel.read(structuredClone(event)), first);
        assert.deepEqual(given, event);
      } finally {
        mock.timers.reset();
      }
    }
  });
}
