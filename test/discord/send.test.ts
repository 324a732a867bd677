/** The way out: what is said arrives as meant, and each failure tells whether trying again can help. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ChannelError } from '#src/errors.ts';
import { holdToBound } from '#test/busy.ts';
import { startHost } from '#test/standins/host.ts';
import { abortOnce, patienceWith } from '#test/standins/patience.ts';
import type { DiscordStandin, Fault } from '#test/standins/discord/index.ts';
import { chatIn, makeChannel, startBot } from './bot.ts';

const never = new AbortController().signal;

test('a text is said without previews, pings nobody, and has an id', async (t) => {
  const { discord, channel } = await startBot(t);
  const place = discord.direct(discord.person());
  const part = { chat: chatIn(channel, place), text: '@everyone **hello**', key: 'k1' };
  const sent = await channel.send(part, never);
  assert.deepEqual(sent, { externalId: discord.sentTo(place)[0]?.id });
  const { nonce, ...body } = discord.callsOf('createMessage')[0]?.body ?? {};
  assert.match(String(nonce), /^[\w-]{24}$/);
  assert.deepEqual(body, {
    content: '@everyone **hello**',
    allowed_mentions: { parse: [], replied_user: false },
    flags: 4,
    enforce_nonce: true,
  });
});

test('in a server it is said as a reply, also when what it answers is gone', async (t) => {
  const { discord, channel } = await startBot(t);
  const general = discord.channel(discord.guild());
  const question = discord.say({ from: discord.person(), channel: general, content: 'when?' });
  const part = { chat: chatIn(channel, general), text: 'now', key: 'k1', replyTo: question.id };
  await channel.send(part, never);
  await channel.send({ ...part, key: 'k2', replyTo: '1234' }, never);
  assert.deepEqual(
    discord.sentTo(general).map(({ content, message_reference: reference }) => [content, reference?.message_id]),
    [
      ['now', question.id],
      ['now', undefined],
    ],
  );
  const reference = { message_id: question.id, fail_if_not_exists: false };
  assert.deepEqual(discord.callsOf('createMessage')[0]?.body['message_reference'], reference);
});

test('the same part said twice is one message, and another with the same text is another', async (t) => {
  const { discord, channel } = await startBot(t);
  const place = discord.direct(discord.person());
  const part = { chat: chatIn(channel, place), text: 'hello', key: 'delivery:0' };
  const first = await channel.send(part, never);
  assert.deepEqual(await channel.send(part, never), first);
  await channel.send({ ...part, key: 'delivery:1' }, never);
  assert.equal(discord.sentTo(place).length, 2);
});

test('an answer grows by edits, and can be taken back, also twice', async (t) => {
  const { discord, channel } = await startBot(t);
  const place = discord.direct(discord.person());
  const chat = chatIn(channel, place);
  const preview = channel.preview?.(chat);
  assert.ok(preview?.kind === 'edit' && preview.everyMs >= 1000);
  const { externalId } = await channel.send({ chat, text: 'He', key: 'k1' }, never);
  await preview.edit(externalId, 'Hello @everyone', never);
  assert.deepEqual(discord.callsOf('editMessage')[0]?.body, {
    content: 'Hello @everyone',
    allowed_mentions: { parse: [], replied_user: false },
    flags: 4,
  });
  assert.deepEqual(
    discord.messagesIn(place).map(({ content }) => content),
    ['Hello @everyone'],
  );
  await preview.remove(externalId, never);
  await preview.remove(externalId, never);
  assert.deepEqual(discord.messagesIn(place), []);
  await assert.rejects(preview.edit(externalId, 'late', never), { name: 'RejectedError', code: 'message_not_found' });
});

test('an edit that is not answered may have been made', async (t) => {
  const { discord, channel } = await startBot(t);
  const chat = chatIn(channel, discord.direct(discord.person()));
  const preview = channel.preview?.(chat);
  const { externalId } = await channel.send({ chat, text: 'He', key: 'k1' }, never);
  discord.faultNext('editMessage', 'acceptThenHang');
  assert.ok(preview?.kind === 'edit');
  const signal = abortOnce(discord.waitFor(() => discord.edits.length === 1));
  await assert.rejects(preview.edit(externalId, 'Hello', signal), UNKNOWN);
});

test('typing is shown', async (t) => {
  const { discord, channel } = await startBot(t);
  await channel.typing?.(chatIn(channel, discord.direct(discord.person())), never);
  assert.equal(discord.count('typing'), 1);
});

for (const [name, character] of [
  ['ASCII', 'a'],
  ['CJK', '漢'],
  ['astral', '🧭'],
] as const) {
  test(`2,000 units of ${name} are said, and one more is refused for good`, async (t) => {
    const { discord, channel } = await startBot(t);
    const chat = chatIn(channel, discord.direct(discord.person()));
    const text = character.repeat(2000 / character.length);
    await channel.send({ chat, text, key: 'k1' }, never);
    await assert.rejects(channel.send({ chat, text: `${text}b`, key: 'k2' }, never), {
      name: 'RejectedError',
      code: 'too_long',
    });
  });

  test(`a long Markdown text of ${name} is formatted into parts that Discord takes`, async (t) => {
    const { discord, channel } = await startBot(t);
    const place = discord.direct(discord.person());
    discord.limits = {};
    const parts = channel.format(`**${character.repeat(3000)}** ${character.repeat(3000)} ${character.repeat(4000)}`);
    for (const [index, text] of parts.entries())
      await channel.send({ chat: chatIn(channel, place), text, key: `delivery:${index}` }, never);
    const said = discord.sentTo(place).map(({ content }) => content.replaceAll('**', ''));
    assert.ok(said.join('').replaceAll(/\s/g, '') === character.repeat(10_000), 'nothing is lost');
  });
}

interface Ending {
  fault: Fault;
  error: { name: string; [field: string]: unknown };
  /** Whether Discord has the message. */
  isSaid: boolean;
}

const UNKNOWN = { name: 'UnavailableError', certain: false, code: 'no_answer' };
const certain = (status: number) => ({ name: 'UnavailableError', certain: true, code: `http_${status}` });
const doubtful = (status: number) => ({ name: 'UnavailableError', certain: false, code: `http_${status}` });
const rejected = (code: string) => ({ name: 'RejectedError', code });
const limited = (retryAfterMs: number) => ({ name: 'RateLimitedError', retryAfterMs });
const ENDINGS: Ending[] = [
  { fault: { status: 429, retry_after: 7.25 }, error: limited(7250), isSaid: false },
  { fault: { status: 429, retry_after: 0.3, global: true }, error: limited(300), isSaid: false },
  { fault: { status: 429 }, error: limited(60_000), isSaid: false },
  { fault: 'html429', error: limited(40_000), isSaid: false },
  { fault: { status: 503 }, error: certain(503), isSaid: false },
  { fault: { status: 502 }, error: certain(502), isSaid: false },
  { fault: 'html502', error: certain(502), isSaid: false },
  { fault: { status: 307, location: 'https://elsewhere.example' }, error: certain(307), isSaid: false },
  { fault: { status: 500 }, error: doubtful(500), isSaid: false },
  { fault: { status: 504 }, error: doubtful(504), isSaid: false },
  { fault: 'html403', error: certain(403), isSaid: false },
  { fault: { status: 403, code: 40_333 }, error: certain(403), isSaid: false },
  { fault: { status: 400, code: 130_000 }, error: certain(400), isSaid: false },
  { fault: { status: 400 }, error: rejected('rejected'), isSaid: false },
  { fault: { status: 401 }, error: rejected('unauthorized'), isSaid: false },
  { fault: { status: 403 }, error: rejected('forbidden'), isSaid: false },
  { fault: { status: 404 }, error: rejected('not_found'), isSaid: false },
  { fault: 'reset', error: UNKNOWN, isSaid: false },
  { fault: 'hang', error: UNKNOWN, isSaid: false },
  { fault: 'acceptThenHang', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenReset', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenCut', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenNonsense', error: UNKNOWN, isSaid: true },
];

for (const { fault, error, isSaid } of ENDINGS) {
  test(`a send that ends in ${JSON.stringify(fault)} becomes ${JSON.stringify(error)}`, async (t) => {
    const { discord, channel } = await startBot(t);
    const place = discord.direct(discord.person());
    discord.faultNext('createMessage', fault);
    const part = { chat: chatIn(channel, place), text: 'hello', key: 'k1' };
    const said = isSaid ? 1 : 0;
    const isReached = () => discord.count('createMessage') === 1 && discord.sentTo(place).length === said;
    await assert.rejects(
      channel.send(
        part,
        patienceWith(fault, () => discord.waitFor(isReached)),
      ),
      error,
    );
    assert.equal(discord.sentTo(place).length, said);
    assert.equal(discord.count('createMessage'), 1);
  });
}

test('nobody there to connect to is certain, and so is a send that was given up before it began', async (t) => {
  const { discord, channel } = await startBot(t);
  const part = { chat: chatIn(channel, discord.direct(discord.person())), text: 'hello', key: 'k1' };
  await assert.rejects(channel.send(part, AbortSignal.abort()), { name: 'UnavailableError', certain: true });
  assert.equal(discord.count('createMessage'), 0);
  await discord.down();
  await assert.rejects(channel.send(part, never), { name: 'UnavailableError', certain: true, code: 'unreachable' });
});

test('a send that waits behind another of its channel and is given up was not sent', async (t) => {
  const { discord, channel } = await startBot(t);
  const chat = chatIn(channel, discord.direct(discord.person()));
  discord.faultNext('createMessage', { slow: 400 });
  const first = channel.send({ chat, text: 'one', key: 'k1' }, never);
  await discord.waitFor(() => discord.count('createMessage') === 1);
  const second = channel.send({ chat, text: 'two', key: 'k2' }, AbortSignal.timeout(100));
  await assert.rejects(second, { name: 'UnavailableError', certain: true, code: 'not_begun' });
  await first;
  assert.equal(discord.sentTo({ id: chat.externalId } as never).length, 1);
});

const REFUSALS: [string, (discord: DiscordStandin) => Parameters<typeof chatIn>[1], string][] = [
  ['somebody who takes no messages of ours', (discord) => closed(discord), 'blocked'],
  ['a channel that we may not see', (discord) => hidden(discord, { canSee: false }), 'no_access'],
  ['a channel in which we may not write', (discord) => hidden(discord, { canWrite: false }), 'no_rights'],
  [
    'a channel that is not there',
    (discord) => ({ ...discord.direct(discord.person()), id: '987654' }),
    'chat_not_found',
  ],
];

function closed(discord: DiscordStandin) {
  return Object.assign(discord.direct(discord.person()), { isClosed: true });
}

function hidden(discord: DiscordStandin, rights: object) {
  return discord.channel(discord.guild(), rights);
}

for (const [what, placeOf, code] of REFUSALS) {
  test(`${what} is refused as ${code}`, async (t) => {
    const { discord, channel } = await startBot(t);
    const part = { chat: chatIn(channel, placeOf(discord)), text: 'hello', key: 'k1' };
    await assert.rejects(channel.send(part, never), { name: 'RejectedError', code });
  });
}

test('a spent bucket is not broken, tells the wait, and holds up no other channel', async (t) => {
  const { discord, channel } = await startBot(t);
  const [one, other] = [discord.direct(discord.person()), discord.direct(discord.person())];
  const say = (place: typeof one, key: string) =>
    channel.send({ chat: chatIn(channel, place), text: 'hello', key }, never);
  for (let index = 0; index < 5; index += 1) await say(one, `k${index}`);
  const refusal: unknown = await say(one, 'k5').catch((error: unknown) => error);
  assert.ok(refusal instanceof ChannelError && 'retryAfterMs' in refusal);
  assert.ok(Number(refusal.retryAfterMs) > 1000 && Number(refusal.retryAfterMs) <= 5000);
  await say(other, 'k6');
  assert.deepEqual([discord.violations, discord.sentTo(one).length, discord.sentTo(other).length], [0, 5, 1]);
});

test('what is said in many places at once waits its turn, and the limit over all is kept', async (t) => {
  const { discord, channel } = await startBot(t);
  const places = Array.from({ length: 120 }, () => discord.direct(discord.person()));
  const sends = await Promise.allSettled(
    places.map((place, index) =>
      channel.send({ chat: chatIn(channel, place), text: 'hello', key: `k${index}` }, AbortSignal.timeout(60_000)),
    ),
  );
  const { violations } = discord;
  const said = places.filter((place) => discord.sentTo(place).length === 1).length;
  assert.equal(said, sends.filter(({ status }) => status === 'fulfilled').length);
  // Calls that leave in different seconds may come in one, where the machine holds them up on their way.
  const isKept = said === places.length && violations === 0;
  holdToBound(t, isKept, `${said} of ${places.length} said, the limit was broken ${violations} times`);
});

test('a send that waits its turn and is given up was not sent', async (t) => {
  const { discord, channel } = await startBot(t);
  const part = { chat: chatIn(channel, discord.direct(discord.person())), text: 'hello', key: 'k1' };
  const before = Promise.all(Array.from({ length: 50 }, async () => channel.probe?.(never)));
  await assert.rejects(channel.send(part, AbortSignal.timeout(50)), {
    name: 'UnavailableError',
    certain: true,
    code: 'not_begun',
  });
  await before;
  assert.equal(discord.count('createMessage'), 0);
});

for (const fault of ['html429', { status: 429, retry_after: 30, global: true }] as const) {
  test(`after ${JSON.stringify(fault)} Discord is asked for nothing more, until it is over`, async (t) => {
    const { discord, channel } = await startBot(t);
    const say = (key: string) =>
      channel.send({ chat: chatIn(channel, discord.direct(discord.person())), text: 'hello', key }, never);
    discord.faultNext('createMessage', fault);
    await assert.rejects(say('k1'), { name: 'RateLimitedError' });
    const refusal: unknown = await say('k2').catch((error: unknown) => error);
    assert.ok(refusal instanceof ChannelError && 'retryAfterMs' in refusal && Number(refusal.retryAfterMs) > 20_000);
    assert.equal(discord.count('createMessage'), 1);
  });
}

test('a 429 whose body is lost means what its headers say', async (t) => {
  const { discord } = await startBot(t);
  let calls = 0;
  const host = await startHost((_request, response) => {
    calls += 1;
    response.writeHead(429, { 'retry-after': '3', 'x-ratelimit-scope': 'user' }).end('{"retry_af');
  });
  t.after(() => host.down());
  const channel = await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: `${host.origin}/api` });
  for (const key of ['k1', 'k2']) {
    const part = { chat: chatIn(channel, discord.direct(discord.person())), text: 'hello', key };
    await assert.rejects(channel.send(part, never), { name: 'RateLimitedError', retryAfterMs: 3_000 });
  }
  assert.equal(calls, 2, 'another chat is not held up');
});

test('where the bot may not read what stands there, and so not reply, the answer stands by itself', async (t) => {
  const { discord, channel } = await startBot(t);
  const place = discord.channel(discord.guild(), { canReadHistory: false });
  const question = discord.say({ from: discord.person(), channel: place, content: 'When?' });
  const part = { chat: chatIn(channel, place), text: 'Now.', key: 'k1', replyTo: question.id };
  const { externalId } = await channel.send(part, never);
  assert.deepEqual(
    discord.sentTo(place).map(({ id, content, message_reference: reference }) => [id, content, reference]),
    [[externalId, 'Now.', undefined]],
  );
});

test('a token that was refused once is not forgotten', async (t) => {
  const { discord, channel } = await startBot(t);
  const part = { chat: chatIn(channel, discord.direct(discord.person())), text: 'hello', key: 'k1' };
  discord.faultNext('createMessage', { status: 401 });
  await assert.rejects(channel.send(part, never), { code: 'unauthorized' });
  await channel.send(part, never);
});

test('the pace keeps to what Discord allows, bursts counted in', async (t) => {
  const { channel } = await startBot(t);
  const { pace } = channel;
  assert.ok(pace);
  for (const { perSecond, burst } of [pace.direct, pace.group]) {
    assert.ok(burst > 1);
    assert.ok(burst + 5 * perSecond <= 5, 'a channel takes 5 in 5 s');
  }
  assert.ok(pace.account.burst + pace.account.perSecond <= 50, 'a bot may do 50 things a second');
});

test('an answer that says yes to no message is not taken for one', async (t) => {
  const { discord } = await startBot(t);
  const answers = ['{"ok":true}', '{"id":7}', '{"id":', '<html>', '', '[]', 'null'];
  const count = answers.length;
  const host = await startHost((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answers.shift());
  });
  t.after(() => host.down());
  const channel = await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: `${host.origin}/api` });
  const chat = chatIn(channel, discord.direct(discord.person()));
  for (let index = 0; index < count; index += 1)
    await assert.rejects(channel.send({ chat, text: 'hello', key: 'k1' }, never), UNKNOWN);
});
