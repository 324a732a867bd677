/** What an event means: the same at any time, whatever is odd about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenDirect } from '#adapters/whatsapp/direct.ts';
import { notReady } from '#adapters/whatsapp/errors.ts';
import { isOurs, messageIdOf } from '#adapters/whatsapp/ids.ts';
import { readWhatsapp } from '#adapters/whatsapp/normalize/read.ts';
import type { Inbound, InboundMessage } from '#src/message.ts';
import { eventOf, ME, PAULA, T } from './events.ts';

const QUIET = { ownerQuietMs: 600_000 };
const OURS = messageIdOf('dlv_1:0');

function read(event: object): Inbound[] {
  const first = readWhatsapp(event, QUIET);
  assert.deepEqual(readWhatsapp(structuredClone(event), QUIET), first, 'the same event is the same');
  return first;
}

function readOne(event: object): InboundMessage {
  const [one, ...others] = read(event);
  assert.deepEqual(others, []);
  assert.ok(one?.kind === 'message');
  return one;
}

test('our own sends are told from what the owner writes by hand by their id alone', () => {
  assert.equal(isOurs(OURS), true);
  assert.equal(isOurs('3EB0E1B8AA25ED839F0669'), false);
  assert.deepEqual(read(eventOf({ fromMe: true, id: OURS })), []);
  const own = readOne(eventOf({ fromMe: true, notifyName: 'Olga' }));
  assert.deepEqual(
    [own.origin, own.isOwn, own.quietMs, own.from],
    ['phone', true, 600_000, { externalIds: [PAULA.phone, PAULA.lid], realm: '', name: 'Paula' }],
  );
});

test('the owner in their chat with themselves asks like anybody, under either id', () => {
  for (const remote of [ME.phone, ME.lid]) {
    const asked = readOne(eventOf({ remote, fromMe: true, notifyName: 'Olga' }));
    assert.deepEqual(
      [asked.origin, asked.isOwn, asked.chat.externalId, asked.from.name],
      ['phone', undefined, ME.phone, 'Olga'],
    );
  }
});

test('status, channels, broadcasts, machines of WhatsApp and notes are nothing', () => {
  const machines = ['0@c.us', '16505361212@c.us', '13135550002@c.us', '13165550012@c.us', '867051314767696@bot'];
  for (const remote of ['status@broadcast', '120@newsletter', '1@broadcast', ...machines]) {
    assert.deepEqual(read(eventOf({ remote })), []);
  }
  for (const type of ['e2e_notification', 'call_log', 'revoked', 'protocol', 'ciphertext', 'album']) {
    assert.deepEqual(read(eventOf({ type })), []);
  }
  assert.deepEqual(read(eventOf({ isStatusV3: true })), []);
});

test('the id of a message in a group has its author, so nobody can speak in the name of another', () => {
  const remote = '1203@g.us';
  const mention = { remote, body: '/help', id: 'SAME' };
  const [by, under] = [PAULA.lid, '1003@lid'].map((author) => readOne(eventOf({ ...mention, author })).externalId);
  assert.deepEqual([by, under], [`SAME:${PAULA.phone}`, 'SAME:1003@lid']);
});

test('a reply to somebody else brings what it quotes; one to us does not', () => {
  const quoted = { quotedMsg: { type: 'chat', body: 'Three o’clock?' }, quotedParticipant: PAULA.lid };
  assert.deepEqual(readOne(eventOf({ ...quoted, quotedStanzaID: 'B2' })).replyTo, {
    externalId: 'B2',
    text: 'Three o’clock?',
    author: 'Paula',
  });
  assert.deepEqual(readOne(eventOf({ ...quoted, quotedStanzaID: OURS })).replyTo, { externalId: OURS });
});

test('polls are words, contacts are attachments', () => {
  const poll = readOne(
    eventOf({ type: 'poll_creation', pollName: 'When?', pollOptions: [{ name: 'Now' }, { name: 'Never' }] }),
  );
  assert.equal(poll.text, 'When?\n- Now\n- Never');
  const contact = readOne(eventOf({ type: 'vcard', body: 'BEGIN:VCARD', vcardFormattedName: 'Max' }));
  assert.deepEqual([contact.text, contact.attachments], ['', [{ kind: 'contact', externalId: '', name: 'Max' }]]);
});

test('an edit has the time of the edit; a text that merely came late is none', () => {
  const edited = { ...eventOf({ latestEditSenderTimestampMs: T * 1000 + 5 }), event: 'edit' };
  assert.deepEqual(
    read(edited).map((one) => one.kind === 'edit' && one.editedAt.getTime()),
    [T * 1000 + 5],
  );
  assert.deepEqual(read({ ...eventOf({}), event: 'edit' }), []);
});

test('receipts are of our own sends only, and every ack has its word', () => {
  const ack = (level: number, id = OURS, fromMe = true) => {
    const { message, ...around } = eventOf({ id, fromMe }) as { message: object };
    return read({ ...around, message, event: 'ack', ack: level, at: T * 1000 });
  };
  const states = [-1, 0, 1, 2, 3, 4].map((level) => ack(level).map((one) => one.kind === 'receipt' && one.state));
  assert.deepEqual(states, [['failed'], [], ['sent'], ['delivered'], ['read'], ['read']]);
  assert.deepEqual(ack(2, 'BY-HAND'), []);
  assert.deepEqual(ack(2, OURS, false), []);
});

test('what the owner thinks of a message is told like what anybody does', () => {
  for (const [sender, ids] of [
    [ME.lid, [ME.phone, ME.lid]],
    [PAULA.lid, [PAULA.phone, PAULA.lid]],
  ] as const) {
    const { message, ...around } = eventOf({ sender }) as { message: object };
    const [reaction] = read({ ...around, message, event: 'reaction', text: '❤️', at: T * 1000 });
    const from = reaction?.kind === 'reaction' && [reaction.from.externalIds, reaction.text, reaction.externalId];
    assert.deepEqual(from, [ids, '❤️', 'A1']);
  }
});

test('what happens to a message under a LID is told for both of its chats: the phone number may have been learnt since', () => {
  const { message, ...around } = eventOf({ remote: PAULA.lid, id: OURS, fromMe: true }) as { message: object };
  const told = read({ ...around, message, event: 'ack', ack: 3, at: T * 1000 });
  assert.deepEqual(
    told.map((one) => one.kind === 'receipt' && [one.chat.externalId, one.state]),
    [
      [PAULA.phone, 'read'],
      [PAULA.lid, 'read'],
    ],
  );
});

test('what was stored under a LID is found again when the number is known, in a group by its author', () => {
  const group = '12036300000000001@g.us';
  const asked = readOne(eventOf({ remote: group, author: PAULA.lid, body: '/help' }));
  assert.deepEqual(
    [asked.externalId, asked.formerly],
    [`A1:${PAULA.phone}`, { chat: group, externalId: `A1:${PAULA.lid}` }],
  );
  const direct = readOne(eventOf({}));
  assert.deepEqual([direct.chat.externalId, direct.formerly], [PAULA.phone, { chat: PAULA.lid, externalId: 'A1' }]);
  const revoked = read({ ...eventOf({ remote: group, author: PAULA.lid }), event: 'revoke', at: T * 1000 });
  assert.deepEqual(
    revoked.map((one) => one.kind === 'deletion' && one.externalId),
    [`A1:${PAULA.phone}`, `A1:${PAULA.lid}`],
  );
  const unknown = { ...eventOf({ remote: PAULA.lid }), people: {} };
  assert.deepEqual([readOne(unknown).chat.externalId, readOne(unknown).formerly], [PAULA.lid, undefined]);
});

test('what should have been readable and is not is kept, under one name, without a word of it in the reason', () => {
  const odd: object[] = [
    eventOf({ type: 'hologram', body: '' }),
    eventOf({ t: 'tomorrow' }),
    { ...eventOf({}), event: 'undecryptable' },
    { ...eventOf({}), event: 'dance' },
    { event: 'message' },
    {},
  ];
  for (const event of odd) {
    const [one] = read(event);
    assert.ok(one?.kind === 'unread', JSON.stringify(event));
    assert.ok(one.externalId.length > 0 && one.reason.length > 0 && !one.reason.includes('Hello'));
    assert.deepEqual(one.raw, event);
  }
});

test('somebody is written to by their number, however it is written, or by an id', async () => {
  const openDirect = createOpenDirect(() => Promise.reject(notReady()), { to: 'open' });
  const chatOf = async (to: string) => (await openDirect(to, AbortSignal.abort())).chat.externalId;
  const phone = '491700000002@c.us';
  assert.deepEqual(await Promise.all(['+49 170 000-0002', '491700000002', phone, '1002@lid'].map(chatOf)), [
    phone,
    phone,
    phone,
    '1002@lid',
  ]);
  assert.deepEqual((await openDirect(phone, AbortSignal.abort())).from, { externalIds: [phone], realm: '', name: '' });
  for (const nobody of ['Paula', '12345', '123@g.us', '1234567890123456']) {
    await assert.rejects(openDirect(nobody, AbortSignal.abort()), { name: 'RejectedError', code: 'chat_not_found' });
  }
});
