/** What is said to us over the page, and what we say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Inbound } from '#src/message.ts';
import { RejectedError, UnavailableError } from '#src/errors.ts';
import { eventually } from '#test/product/eventually.ts';
import { chatWith, type Linked, noBrowser, openReady, part } from './linked.ts';

const options = { skip: noBrowser, timeout: 60_000 };

/** One browser for all of them: each has people of its own. */
let shared: Linked;
const cleanups: (() => unknown)[] = [];
before(async () => {
  if (noBrowser) return;
  shared = await openReady(
    { after: (clean) => void cleanups.push(clean as () => unknown) },
    { WHATSAPP_ACCESS: 'open' },
  );
});
after(async () => {
  for (const clean of cleanups) await clean();
});

/** The session, of which nothing has been told yet. */
function fresh(): Linked {
  shared.inbound.length = 0;
  return shared;
}

/** The events of a kind, once there are so many. */
async function told<Kind extends Inbound['kind']>(
  linked: Linked,
  kind: Kind,
  count = 1,
): Promise<Extract<Inbound, { kind: Kind }>[]> {
  return linked.waitFor(({ inbound }) => {
    const found = inbound.filter((one): one is Extract<Inbound, { kind: Kind }> => one.kind === kind);
    return found.length >= count && found;
  });
}

test('texts, an edit, a reaction and a deletion come in under the same name', options, async () => {
  const linked = fresh();
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  const question = whatsapp.say(paula, 'How are you?');
  const { id } = question;
  const [message] = await told(linked, 'message');
  const chat = chatWith(paula);
  assert.deepEqual(message, {
    kind: 'message',
    at: new Date(question.t * 1000),
    chat,
    externalId: question.id,
    from: { externalIds: [paula.phone, paula.lid], realm: '', name: 'Paula' },
    text: 'How are you?',
    attachments: [],
    addressedBy: 'direct',
    formerly: { chat: paula.lid, externalId: question.id },
  });
  whatsapp.edit(question, 'Who are you?');
  const [edit] = await told(linked, 'edit');
  assert.deepEqual([edit?.externalId, edit?.text], [question.id, 'Who are you?']);
  whatsapp.react(paula, question, '👍');
  const [reaction] = await told(linked, 'reaction');
  assert.deepEqual(
    [reaction?.externalId, reaction?.from.externalIds, reaction?.text],
    [question.id, [paula.phone, paula.lid], '👍'],
  );
  whatsapp.react(paula, question, '');
  // Each is told under both names of the chat.
  const removal = (await told(linked, 'reaction', 4)).at(-1);
  assert.ok(reaction && removal);
  assert.deepEqual([removal.text, removal.at > reaction.at], ['', true]);
  whatsapp.revoke(question);
  const [deletion] = await told(linked, 'deletion');
  assert.deepEqual([deletion?.chat, deletion?.externalId], [chat, id]);
});

for (const who of ['its author', 'an admin']) {
  test(`in a group what ${who} deletes for everybody bears the name under which it came`, options, async () => {
    const linked = fresh();
    const { whatsapp } = linked;
    const [paula, max] = [whatsapp.addPerson('Paula'), whatsapp.addPerson('Max')];
    const said = whatsapp.say(paula, '/help', { in: whatsapp.addGroup('Friends', [paula, max]), as: 'lid' });
    const [message] = await told(linked, 'message');
    whatsapp.revoke(said, who === 'an admin' ? max : undefined);
    const [deletion] = await told(linked, 'deletion');
    assert.ok(message && deletion);
    assert.deepEqual([deletion.chat, deletion.externalId], [message.chat, message.externalId]);
  });
}

test('a message that shows under phone number and LID is the same message of the same person', options, async () => {
  const linked = fresh();
  const paula = linked.whatsapp.addPerson('Paula');
  linked.whatsapp.say(paula, 'Hello', { as: 'both' });
  const [first, second] = await told(linked, 'message', 2);
  assert.deepEqual(first, second);
});

test('in a group only a mention, a reply to us and a command are for us', options, async () => {
  const linked = fresh();
  const { whatsapp, channel } = linked;
  const [paula, max] = [whatsapp.addPerson('Paula'), whatsapp.addPerson('Max')];
  const group = whatsapp.addGroup('Friends', [paula, max]);
  const user = (id: string) => id.split('@')[0];
  whatsapp.say(max, 'Nobody asked you.', { in: group });
  const mention = whatsapp.say(paula, `@${user(whatsapp.owner.phone)} ask @${user(max.phone)}`, {
    in: group,
    mentions: [whatsapp.owner, max],
  });
  const [message] = await told(linked, 'message');
  assert.ok(message);
  assert.deepEqual(
    { ...message, at: undefined },
    {
      kind: 'message',
      at: undefined,
      chat: { account: 'phone', externalId: group.id, threadId: '', kind: 'group', title: 'Friends' },
      externalId: `${mention.id}:${paula.phone}`,
      from: { externalIds: [paula.phone, paula.lid], realm: '', name: 'Paula' },
      text: 'ask @Max',
      attachments: [],
      addressedBy: 'mention',
      formerly: { chat: group.id, externalId: `${mention.id}:${paula.lid}` },
    },
  );
  const answer = { ...part(message.chat, 'Max?', 'dlv_1:0'), replyTo: message.externalId };
  const { externalId } = await channel.send(answer, AbortSignal.timeout(20_000));
  assert.equal(whatsapp.sent.at(-1)?.quotedId, mention.id);
  const own = { id: externalId, chat: group.id, fromMe: true, name: '', type: 'chat', body: 'Max?', t: 0, ack: 1 };
  whatsapp.say(max, 'Yes?', { in: group, quotes: own });
  whatsapp.say(max, '/help', { in: group });
  const all = await told(linked, 'message', 3);
  assert.deepEqual(
    all.map(({ addressedBy }) => addressedBy),
    ['mention', 'reply', 'command'],
  );
});

test('files and things are recorded', options, async () => {
  const linked = fresh();
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  const file = { directPath: '/v/1', mimetype: 'image/jpeg', size: 1234, caption: 'Our cat' };
  const picture = whatsapp.say(paula, '/9j/thumbnail', { type: 'image', more: file });
  whatsapp.say(paula, '', { type: 'location', more: { lat: 52.5, lng: 13.4, loc: 'Brandenburg Gate\nBerlin' } });
  const [image, place] = await told(linked, 'message', 2);
  assert.deepEqual(
    [image?.text, image?.attachments],
    ['Our cat', [{ kind: 'image', externalId: picture.id, mediaType: 'image/jpeg', bytes: 1234 }]],
  );
  assert.deepEqual(place?.attachments, [
    { kind: 'location', externalId: '', name: 'Brandenburg Gate Berlin (52.5, 13.4)' },
  ]);
});

test('an answer is said under an id that follows from its key, and its receipts come back', options, async () => {
  const linked = fresh();
  const { whatsapp, channel } = linked;
  const paula = whatsapp.addPerson('Paula');
  const chat = chatWith(paula);
  const { externalId } = await channel.send(part(chat, 'Fine.', 'dlv_2:0'), AbortSignal.timeout(20_000));
  assert.deepEqual(whatsapp.sent.at(-1), { id: externalId, chat: paula.phone, body: 'Fine.' });
  whatsapp.ack(externalId, 2);
  whatsapp.ack(externalId, 3);
  const receipts = await told(linked, 'receipt', 3);
  assert.deepEqual(
    receipts.map(({ externalId: id, state }) => [id, state]),
    ['sent', 'delivered', 'read'].map((state) => [externalId, state]),
  );
  assert.deepEqual(
    linked.inbound.filter(({ kind }) => kind === 'message'),
    [],
    'what we say ourselves is no message',
  );
  assert.deepEqual(whatsapp.unknownModules, []);
});

test('the same part said again is the same message', options, async () => {
  const { whatsapp, channel } = fresh();
  const chat = chatWith(whatsapp.addPerson('Paula'));
  for (const _ of ['first', 'again']) await channel.send(part(chat, 'Fine.', 'dlv_3:0'), AbortSignal.timeout(20_000));
  assert.equal(whatsapp.sent.filter((one) => one.chat === chat.externalId).length, 1);
});

test('a number that is not on WhatsApp, and a message that the servers refuse, are rejected', options, async () => {
  const { whatsapp, channel } = fresh();
  const stranger = chatWith({ phone: '4915550000001@c.us', lid: '1@lid', name: '' });
  whatsapp.strangers.add(stranger.externalId);
  const say = (chat: typeof stranger, key: string) => channel.send(part(chat, 'Hi', key), AbortSignal.timeout(20_000));
  await assert.rejects(
    say(stranger, 'dlv_4:0'),
    (error) => error instanceof RejectedError && error.code === 'not_on_whatsapp',
  );
  void whatsapp.faultNext('refused');
  const known = chatWith(whatsapp.addPerson('Paula'));
  await assert.rejects(say(known, 'dlv_5:0'), (error) => error instanceof RejectedError && error.code === 'refused');
});

test('who is written to first is known by the number that they answer under', options, async () => {
  const linked = fresh();
  const { whatsapp, channel } = linked;
  const bruno = whatsapp.addPerson('Bruno');
  whatsapp.spellings.set('5511987654321@c.us', bruno.phone);
  whatsapp.strangers.add('5511987654322@c.us');
  const open = (to: string) => channel.openDirect?.(to, AbortSignal.timeout(20_000));
  const opened = await open('+55 11 98765-4321');
  assert.ok(opened);
  assert.deepEqual([opened.chat, opened.from.externalIds], [chatWith(bruno), [bruno.phone]]);
  await channel.send(part(opened.chat, 'Hi', 'dlv_first:0'), AbortSignal.timeout(20_000));
  whatsapp.say(bruno, 'Who is there?');
  const [answer] = await told(linked, 'message');
  assert.deepEqual(answer?.chat, opened.chat);
  assert.equal((await open('+55 11 98765-4322'))?.chat.externalId, '5511987654322@c.us');
});

test('a send without an answer is uncertain, holds up no other chat, and is found by its id', options, async () => {
  const { whatsapp, channel } = fresh();
  const [paula, max] = [chatWith(whatsapp.addPerson('Paula')), chatWith(whatsapp.addPerson('Max'))];
  const silent = part(paula, 'Hello?', 'dlv_6:0');
  const sentAt = new Date();
  void whatsapp.faultNext('silent');
  const patience = new AbortController();
  const sending = channel.send(silent, patience.signal);
  const id = await whatsapp.waitFor(({ sent }) => sent.find(({ chat }) => chat === paula.externalId)?.id);
  await channel.send(part(max, 'Hi', 'dlv_7:0'), AbortSignal.timeout(20_000));
  patience.abort();
  await assert.rejects(sending, (error) => error instanceof UnavailableError && !error.certain);
  const lookUp = () => channel.lookUp?.(silent, sentAt, AbortSignal.timeout(20_000));
  await assert.rejects(
    async () => lookUp(),
    (error) => error instanceof UnavailableError && !error.certain,
  );
  whatsapp.ack(id, 1);
  const found = await eventually('the page knows', async () => Promise.resolve(lookUp()).catch(() => undefined));
  assert.deepEqual(found, { externalId: id });
});

test('a part that the page never saw is proven absent', options, async () => {
  const { whatsapp, channel } = fresh();
  const never = part(chatWith(whatsapp.addPerson('Paula')), 'Hello?', 'dlv_8:0');
  const later = new Date(Date.now() + 60_000);
  assert.equal(await channel.lookUp?.(never, later, AbortSignal.timeout(20_000)), 'absent');
  const before = new Date(Date.now() - 60_000);
  await assert.rejects(async () => channel.lookUp?.(never, before, AbortSignal.timeout(20_000)), UnavailableError);
});

test('typing is shown in the chat', options, async () => {
  const { whatsapp, channel } = fresh();
  const paula = whatsapp.addPerson('Paula');
  await channel.typing?.(chatWith(paula), AbortSignal.timeout(20_000));
  assert.deepEqual(whatsapp.typing.slice(), [`${paula.phone} composing`]);
});
