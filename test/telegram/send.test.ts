/** The way out: what is said arrives as meant, and each failure tells whether trying again can help. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ChannelError } from '#src/errors.ts';
import { startHost } from '#test/standins/host.ts';
import { patienceWith } from '#test/standins/patience.ts';
import type { Fault } from '#test/standins/telegram/index.ts';
import { directChat, makeChannel, startBot } from './bot.ts';

const never = new AbortController().signal;

test('a text is said as HTML, without a link preview, and has an id', async (t) => {
  const { telegram, channel } = await startBot(t);
  const anna = telegram.person();
  telegram.openChat(anna);
  const sent = await channel.send({ chat: directChat(channel, anna), text: '<b>1 &lt; 2</b>', key: 'k1' }, never);
  const [message] = telegram.sentTo(anna);
  assert.deepEqual(sent, { externalId: String(message?.message_id) });
  assert.equal(message?.text, '1 < 2');
  assert.deepEqual(message?.entities, [{ type: 'bold', offset: 0, length: 5 }]);
  assert.deepEqual(telegram.callsOf('sendMessage')[0]?.payload, {
    chat_id: anna.id,
    text: '<b>1 &lt; 2</b>',
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
  });
});

test('in a forum it is said in its topic, as an answer to the question', async (t) => {
  const { telegram, channel } = await startBot(t);
  const forum = telegram.group({ is_forum: true });
  const anna = telegram.person();
  telegram.say({ from: anna, chat: forum, text: 'in General' });
  const topic = telegram.topic(forum);
  const thread = { chat: forum, message_thread_id: topic, is_topic_message: true } as const;
  const question = telegram.say({ from: anna, text: 'when?', ...thread });
  const chat = {
    account: channel.account,
    externalId: String(forum.id),
    threadId: String(topic),
    kind: 'group',
  } as const;
  await channel.send({ chat, text: 'now', key: 'k1', replyTo: String(question.message_id) }, never);
  await channel.typing?.(chat, never);
  assert.partialDeepStrictEqual(telegram.callsOf('sendMessage')[0]?.payload, {
    message_thread_id: topic,
    reply_parameters: { message_id: question.message_id, allow_sending_without_reply: true },
  });
  assert.partialDeepStrictEqual(telegram.actions, [{ action: 'typing', message_thread_id: topic }]);
});

test('an answer to a deleted message is said all the same', async (t) => {
  const { telegram, channel } = await startBot(t);
  const anna = telegram.person();
  telegram.openChat(anna);
  await channel.send({ chat: directChat(channel, anna), text: 'yes', key: 'k1', replyTo: '4711' }, never);
  assert.deepEqual(
    telegram.sentTo(anna).map(({ text }) => text),
    ['yes'],
  );
});

test('markup that Telegram does not understand is said once more as plain text', async (t) => {
  const { telegram, channel, log } = await startBot(t);
  const anna = telegram.person();
  telegram.openChat(anna);
  const text = '<b>one</i> &amp; <a href="https://a.example/?x=1&amp;y=2">two</a> &#39;3&#x27; 1 < 2';
  await channel.send({ chat: directChat(channel, anna), text, key: 'k1' }, never);
  assert.deepEqual(
    telegram.sentTo(anna).map((sent) => [sent.text, sent.parse_mode]),
    [["one & two '3' 1 < 2", undefined]],
  );
  assert.equal(telegram.count('sendMessage'), 2);
  assert.match(log.lines.join('\n'), /did not understand our markup/);
});

for (const [name, character] of [
  ['ASCII', 'a'],
  ['CJK', '漢'],
  ['astral', '🧭'],
] as const) {
  const units = character.length;
  test(`4,096 units of ${name} are said, and one more is refused for good`, async (t) => {
    const { telegram, channel } = await startBot(t);
    const anna = telegram.person();
    telegram.openChat(anna);
    const chat = directChat(channel, anna);
    await channel.send({ chat, text: character.repeat(4096 / units), key: 'k1' }, never);
    assert.equal(telegram.sentTo(anna)[0]?.text.length, 4096);
    await assert.rejects(channel.send({ chat, text: `${character.repeat(4096 / units)}b`, key: 'k2' }, never), {
      name: 'RejectedError',
      code: 'too_long',
    });
  });

  test(`a long Markdown text of ${name} is formatted into parts that Telegram takes`, async (t) => {
    const { telegram, channel } = await startBot(t);
    const anna = telegram.person();
    telegram.openChat(anna);
    const parts = channel.format(`**${character.repeat(3000)}** ${character.repeat(3000)} ${character.repeat(4000)}`);
    for (const text of parts) await channel.send({ chat: directChat(channel, anna), text, key: text }, never);
    const said = telegram.sentTo(anna).map(({ text }) => text);
    assert.equal(said.join('').replaceAll(/\s/g, ''), character.repeat(10_000));
    assert.equal(telegram.count('sendMessage'), parts.length);
  });
}

interface Ending {
  fault: Fault;
  error: { name: string; [field: string]: unknown };
  /** Whether Telegram has the message. */
  isSaid: boolean;
}

const UNKNOWN = { name: 'UnavailableError', certain: false, code: 'no_answer' };
const ENDINGS: Ending[] = [
  { fault: { status: 429, retry_after: 7 }, error: { name: 'RateLimitedError', retryAfterMs: 7000 }, isSaid: false },
  { fault: { status: 500 }, error: { name: 'UnavailableError', certain: true }, isSaid: false },
  { fault: 'html502', error: { name: 'UnavailableError', certain: true, code: 'http_502' }, isSaid: false },
  { fault: { status: 401 }, error: { name: 'RejectedError', code: 'unauthorized' }, isSaid: false },
  { fault: { status: 403 }, error: { name: 'RejectedError', code: 'forbidden' }, isSaid: false },
  { fault: { status: 404 }, error: { name: 'RejectedError', code: 'not_found' }, isSaid: false },
  { fault: { status: 400 }, error: { name: 'RejectedError', code: 'rejected' }, isSaid: false },
  { fault: 'reset', error: UNKNOWN, isSaid: false },
  { fault: 'hang', error: UNKNOWN, isSaid: false },
  { fault: 'acceptThenHang', error: UNKNOWN, isSaid: true },
  { fault: 'acceptThenReset', error: UNKNOWN, isSaid: true },
];

for (const { fault, error, isSaid } of ENDINGS) {
  test(`a send that ends in ${JSON.stringify(fault)} becomes ${JSON.stringify(error)}`, async (t) => {
    const { telegram, channel } = await startBot(t);
    const anna = telegram.person();
    telegram.openChat(anna);
    telegram.faultNext('sendMessage', fault);
    const said = isSaid ? 1 : 0;
    const isReached = () => telegram.count('sendMessage') === 1 && telegram.sentTo(anna).length === said;
    const signal = patienceWith(fault, () => telegram.waitFor(isReached));
    await assert.rejects(channel.send({ chat: directChat(channel, anna), text: 'hello', key: 'k1' }, signal), error);
    assert.equal(telegram.sentTo(anna).length, said);
  });
}

test('nobody there to connect to is certain, and so is a send that was given up before it began', async (t) => {
  const { telegram, channel } = await startBot(t);
  const part = { chat: directChat(channel, telegram.person()), text: 'hello', key: 'k1' };
  await assert.rejects(channel.send(part, AbortSignal.abort()), { name: 'UnavailableError', certain: true });
  assert.equal(telegram.count('sendMessage'), 0);
  await telegram.down();
  await assert.rejects(channel.send(part, never), { name: 'UnavailableError', certain: true, code: 'unreachable' });
});

test('whoever blocked us, never wrote to us or is not there is told apart', async (t) => {
  const { telegram, channel } = await startBot(t);
  const say = (chatId: number) =>
    channel.send({ chat: directChat(channel, { id: chatId }), text: 'hello', key: 'k1' }, never);
  const anna = telegram.person();
  telegram.block(anna);
  await assert.rejects(say(anna.id), { name: 'RejectedError', code: 'blocked' });
  await assert.rejects(say(telegram.person().id), { name: 'RejectedError', code: 'not_started' });
  await assert.rejects(say(987_654), { name: 'RejectedError', code: 'chat_not_found' });
  const group = telegram.group({ type: 'group' });
  telegram.kick(group);
  await assert.rejects(say(group.id), { name: 'RejectedError', code: 'not_a_member' });
});

test('a group that became a supergroup is named with its new id', async (t) => {
  const { telegram, channel } = await startBot(t);
  const group = telegram.group({ type: 'group' });
  const next = telegram.migrate(group);
  const chat = { account: channel.account, externalId: String(group.id), threadId: '', kind: 'group' } as const;
  await assert.rejects(channel.send({ chat, text: 'hello', key: 'k1' }, never), {
    name: 'RejectedError',
    code: 'chat_moved',
    message: new RegExp(String(next.id)),
  });
});

test('what Telegram says of the address, which holds the token, is told to nobody', async (t) => {
  const { telegram, channel, log } = await startBot(t);
  telegram.faultNext('sendMessage', { status: 404, description: `Not Found: /bot${telegram.token}/sendMessage` });
  const part = { chat: directChat(channel, telegram.person()), text: 'hello', key: 'k1' };
  const error: unknown = await channel.send(part, never).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ChannelError && error.cause === undefined);
  const told = `${error.stack} ${JSON.stringify(error)} ${log.lines.join('\n')}`;
  assert.ok(!told.includes(telegram.token.split(':')[1] ?? ''), told);
});

test('an answer that says yes to no message is not taken for one', async (t) => {
  const answers = ['{"ok":true,"result":true}', '{"ok":tr', '<html>', '', '{"ok":false,"error_code":418}', '[]'];
  const host = await startHost((_request, response) => response.end(answers.shift()));
  t.after(() => host.down());
  const channel = await makeChannel({ TELEGRAM_BOT_TOKEN: '1:A', TELEGRAM_API_ROOT: host.origin });
  const say = () => channel.send({ chat: directChat(channel, { id: 1 }), text: 'hello', key: 'k1' }, never);
  for (let index = 0; index < 4; index++) await assert.rejects(say(), UNKNOWN);
  await assert.rejects(say(), { name: 'RejectedError', code: 'rejected' });
  await assert.rejects(say(), UNKNOWN);
});
