/** The way out: what is said arrives as meant, and each failure tells whether trying again can help. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { patienceWith } from '#test/standins/patience.ts';
import type { Fault } from '#test/standins/slack/index.ts';
import { chatIn, startApp } from './app.ts';

const soon = () => AbortSignal.timeout(5_000);

test('a text is a markdown block with the words beside it, without previews, and with our key', async (t) => {
  const { slack, channel } = await startApp(t);
  const home = slack.direct(slack.person());
  const text = '**bold** 1 &lt; 2 & [a page](https://a.example/?b=1&c=2)';
  const sent = await channel.send({ chat: chatIn(channel, home), text, key: 'k1' }, soon());
  const [message] = slack.sentTo(home);
  assert.deepEqual(sent, { externalId: message?.ts });
  const { blocks = '', metadata = '', ...args } = slack.callsOf('chat.postMessage')[0]?.args ?? {};
  assert.deepEqual(args, {
    channel: home.id,
    text: 'bold 1 &lt; 2 &amp; a page',
    unfurl_links: 'false',
    unfurl_media: 'false',
    link_names: 'false',
    parse: 'none',
  });
  assert.deepEqual(JSON.parse(blocks), [{ type: 'markdown', text }]);
  assert.deepEqual(JSON.parse(metadata), { event_type: 'pantheon_part', event_payload: { key: 'k1' } });
});

test('in a channel it is said in its thread', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const question = slack.say({ from: anna, in: general, text: 'when?' });
  const chat = chatIn(channel, general, question.ts);
  await channel.typing?.(chat, soon());
  await channel.send({ chat, text: 'now', key: 'k1', replyTo: question.ts }, soon());
  assert.partialDeepStrictEqual(slack.sentTo(general), [{ thread_ts: question.ts, text: 'now' }]);
  assert.deepEqual(slack.statuses, [{ channel: general.id, thread: question.ts, status: 'is writing…' }]);
  await channel.typing?.(chatIn(channel, slack.direct(anna)), soon());
  assert.equal(slack.statuses.length, 1);
});

test('a long Markdown text arrives whole, in parts that Slack takes', async (t) => {
  const { slack, channel } = await startApp(t);
  const home = slack.direct(slack.person());
  for (const [index, character] of ['a', '漢', '🧭', '<'].entries()) {
    const words = `${character.repeat(20)} `.repeat(600);
    for (const text of channel.format(`**${words.trim()}**\n\n${words}`)) {
      await channel.send({ chat: chatIn(channel, home), text, key: `${index}` }, soon());
    }
    const said = slack
      .sentTo(home)
      .flatMap(({ blocks = [] }) => blocks.map((block) => (block as { text: string }).text));
    const seen = said.join('').replaceAll('&lt;', '<');
    assert.equal(seen.split(character).length - 1, 24_000);
  }
});

test('a block that Slack does not take is said once more in plain words', async (t) => {
  const { slack, channel, log } = await startApp(t);
  const home = slack.direct(slack.person());
  slack.faultNext('chat.postMessage', { error: 'invalid_blocks' });
  await channel.send({ chat: chatIn(channel, home), text: '**one** &lt;!here&gt;', key: 'k1' }, soon());
  assert.partialDeepStrictEqual(slack.sentTo(home), [{ text: 'one &lt;!here&gt;' }]);
  assert.equal(slack.sentTo(home)[0]?.blocks, undefined);
  assert.match(log.lines.join('\n'), /did not take our markdown/);
});

interface Ending {
  fault: Fault;
  error: { name: string; [field: string]: unknown };
  /** Whether Slack has the message. */
  isSaid?: true;
}

const UNKNOWN = { name: 'UnavailableError', certain: false, code: 'no_answer' };
const LATER = { name: 'UnavailableError', certain: true };
const ENDINGS: Ending[] = [
  { fault: { status: 429, retryAfter: 7 }, error: { name: 'RateLimitedError', retryAfterMs: 7000 } },
  { fault: { status: 429 }, error: { name: 'RateLimitedError', retryAfterMs: 1000 } },
  { fault: { error: 'ratelimited' }, error: { name: 'RateLimitedError', retryAfterMs: 1000 } },
  { fault: { status: 503 }, error: { ...LATER, code: 'http_503' } },
  { fault: { status: 302 }, error: { ...LATER, code: 'http_302' } },
  { fault: { error: 'service_unavailable' }, error: { ...LATER, code: 'service_unavailable' } },
  { fault: { status: 500 }, error: { name: 'UnavailableError', certain: false, code: 'http_500' } },
  { fault: { status: 502 }, error: { name: 'UnavailableError', certain: false, code: 'http_502' } },
  { fault: { error: 'fatal_error' }, error: { name: 'UnavailableError', certain: false, code: 'fatal_error' } },
  { fault: { error: 'internal_error' }, error: { name: 'UnavailableError', certain: false, code: 'internal_error' } },
  { fault: { status: 400 }, error: { name: 'RejectedError', code: 'rejected' } },
  { fault: { status: 403 }, error: { name: 'RejectedError', code: 'forbidden' } },
  { fault: { status: 404 }, error: { name: 'RejectedError', code: 'not_found' } },
  { fault: { error: 'is_archived' }, error: { name: 'RejectedError', code: 'is_archived' } },
  { fault: { error: 'Somebody wrote this' }, error: { name: 'RejectedError', code: 'rejected' } },
  { fault: 'nonsense', error: UNKNOWN },
  { fault: 'reset', error: UNKNOWN },
  { fault: 'hang', error: UNKNOWN },
  { fault: 'acceptThenHang', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenReset', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenCut', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenNonsense', error: UNKNOWN, isSaid: true },
];

for (const { fault, error, isSaid } of ENDINGS) {
  test(`a send that ends in ${JSON.stringify(fault)} becomes ${JSON.stringify(error)}`, async (t) => {
    const { slack, channel } = await startApp(t);
    const home = slack.direct(slack.person());
    slack.faultNext('chat.postMessage', fault);
    const said = isSaid ? 1 : 0;
    const isReached = () => slack.count('chat.postMessage') === 1 && slack.sentTo(home).length === said;
    const signal = patienceWith(fault, () => slack.waitFor(isReached));
    await assert.rejects(channel.send({ chat: chatIn(channel, home), text: 'hello', key: 'k1' }, signal), error);
    assert.equal(slack.sentTo(home).length, said);
    assert.equal(slack.count('chat.postMessage'), 1);
  });
}

test('nobody there to connect to is certain, and so is a send that was given up before it began', async (t) => {
  const { slack, channel } = await startApp(t);
  const part = { chat: chatIn(channel, slack.direct(slack.person())), text: 'hello', key: 'k1' };
  await assert.rejects(channel.send(part, AbortSignal.abort()), { ...LATER, code: 'not_begun' });
  assert.equal(slack.count('chat.postMessage'), 0);
  await slack.down();
  await assert.rejects(channel.send(part, soon()), { ...LATER, code: 'unreachable' });
});

test('a limited chat holds up no other', async (t) => {
  const { slack, channel } = await startApp(t, { now: () => 1_790_000_000_000 });
  slack.limits = { perChannelPerSecond: 0.1 };
  const [busy, calm] = [slack.direct(slack.person()), slack.direct(slack.person())];
  const say = (place: { id: string; kind: string }) =>
    channel.send({ chat: chatIn(channel, place), text: 'hello', key: 'k1' }, soon());
  await say(busy);
  await assert.rejects(say(busy), { name: 'RateLimitedError', retryAfterMs: 10_000 });
  await say(calm);
  assert.equal(slack.sentTo(calm).length, 1);
});

test('a silent call holds up no other, however many there are', async (t) => {
  const { slack, channel } = await startApp(t);
  const [silent, calm] = [slack.direct(slack.person()), slack.direct(slack.person())];
  slack.faultNext('chat.postMessage', 'hang', 150);
  const giveUp = new AbortController();
  const part = { chat: chatIn(channel, silent), text: 'hello', key: 'k1' };
  const lost = Array.from({ length: 150 }, () => channel.send(part, giveUp.signal).catch(() => 'lost'));
  await slack.waitFor((standin) => standin.count('chat.postMessage') === 150);
  await channel.send({ ...part, chat: chatIn(channel, calm) }, soon());
  giveUp.abort();
  assert.deepEqual(new Set(await Promise.all(lost)), new Set(['lost']));
});

test('where we may not write is told apart', async (t) => {
  const { slack, channel } = await startApp(t);
  const say = (place: { id: string; kind: string }) =>
    channel.send({ chat: chatIn(channel, place), text: 'hello', key: 'k1' }, soon());
  await assert.rejects(say({ id: 'C0NOWHERE', kind: 'channel' }), { name: 'RejectedError', code: 'channel_not_found' });
  await assert.rejects(say(slack.channel({ hasBot: false })), { name: 'RejectedError', code: 'not_in_channel' });
});
