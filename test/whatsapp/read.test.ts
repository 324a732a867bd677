/** What an event means: the same at any time, whatever is odd about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDirect } from '#adapters/whatsapp/direct.ts';
import { isOurs, messageIdOf } from '#adapters/whatsapp/ids.ts';
import { readWhatsapp } from '#adapters/whatsapp/normalize/read.ts';
import type { Inbound, InboundMessage } from '#src/message.ts';

const ME = { phone: '491700000001@c.us', lid: '1001@lid' };
const PAULA = { phone: '491700000002@c.us', lid: '1002@lid', name: 'Paula' };
const PEOPLE = { [PAULA.phone]: PAULA, [PAULA.lid]: PAULA, [ME.phone]: ME, [ME.lid]: ME };
const QUIET = { ownerQuietMs: 600_000 };
const OURS = messageIdOf('dlv_1:0');
const T = 1_790_000_000;

interface Fields {
  remote?: string;
  fromMe?: boolean;
  id?: string;
  [field: string]: unknown;
}

function messageEvent({ remote = PAULA.phone, fromMe = false, id = 'A1', ...fields }: Fields = {}): object {
  const key = { id, fromMe, remote, _serialized: `${fromMe}_${remote}_${id}` };
  const message = { id: key, type: 'chat', t: T, body: 'Hello', notifyName: 'Paula', ...fields };
  return { event: 'message', me: ME, title: '', people: PEOPLE, message };
}

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
  assert.deepEqual(read(messageEvent({ fromMe: true, id: OURS })), []);
  const own = readOne(messageEvent({ fromMe: true, notifyName: 'Olga' }));
  assert.deepEqual(
    [own.origin, own.isOwn, own.quietMs, own.from],
    ['phone', true, 600_000, { externalIds: [PAULA.phone, PAULA.lid], realm: '', name: 'Paula' }],
  );
});

test('the owner in their chat with themselves asks like anybody, under either id', () => {
  for (const remote of [ME.phone, ME.lid]) {
    const asked = readOne(messageEvent({ remote, fromMe: true, notifyName: 'Olga' }));
    assert.deepEqual(
      [asked.origin, asked.isOwn, asked.chat.externalId, asked.from.name],
      ['phone', undefined, ME.phone, 'Olga'],
    );
  }
});

test('status, channels, broadcasts and notes are nothing', () => {
  for (const remote of ['status@broadcast', '120@newsletter', '1@broadcast']) {
    assert.deepEqual(read(messageEvent({ remote })), []);
  }
  for (const type of ['e2e_notification', 'call_log', 'revoked', 'protocol', 'ciphertext', 'album']) {
    assert.deepEqual(read(messageEvent({ type })), []);
  }
  assert.deepEqual(read(messageEvent({ isStatusV3: true })), []);
});

test('the id of a message in a group has its author, so nobody can speak in the name of another', () => {
  const remote = '1203@g.us';
  const mention = { remote, body: '/help', id: 'SAME' };
  const [by, under] = [PAULA.lid, '1003@lid'].map((author) => readOne(messageEvent({ ...mention, author })).externalId);
  assert.deepEqual([by, under], [`SAME:${PAULA.phone}`, 'SAME:1003@lid']);
});

test('a reply to somebody else brings what it quotes; one to us does not', () => {
  const quoted = { quotedMsg: { type: 'chat', body: 'Three o’clock?' }, quotedParticipant: PAULA.lid };
  assert.deepEqual(readOne(messageEvent({ ...quoted, quotedStanzaID: 'B2' })).replyTo, {
    externalId: 'B2',
    text: 'Three o’clock?',
    author: 'Paula',
  });
  assert.deepEqual(readOne(messageEvent({ ...quoted, quotedStanzaID: OURS })).replyTo, { externalId: OURS });
});

test('polls are words, contacts are attachments', () => {
  const poll = readOne(
    messageEvent({ type: 'poll_creation', pollName: 'When?', pollOptions: [{ name: 'Now' }, { name: 'Never' }] }),
  );
  assert.equal(poll.text, 'When?\n- Now\n- Never');
  const contact = readOne(messageEvent({ type: 'vcard', body: 'BEGIN:VCARD', vcardFormattedName: 'Max' }));
  assert.deepEqual([contact.text, contact.attachments], ['', [{ kind: 'contact', externalId: '', name: 'Max' }]]);
});

test('an edit has the time of the edit; a text that merely came late is none', () => {
  const edited = { ...messageEvent({ latestEditSenderTimestampMs: T * 1000 + 5 }), event: 'edit' };
  assert.deepEqual(
    read(edited).map((one) => one.kind === 'edit' && one.editedAt.getTime()),
    [T * 1000 + 5],
  );
  assert.deepEqual(read({ ...messageEvent(), event: 'edit' }), []);
});

test('receipts are of our own sends only, and every ack has its word', () => {
  const ack = (level: number, id = OURS, fromMe = true) => {
    const { message, ...around } = messageEvent({ id, fromMe }) as { message: object };
    return read({ ...around, message, event: 'ack', ack: level, at: T * 1000 });
  };
  const states = [-1, 0, 1, 2, 3, 4].map((level) => ack(level).map((one) => one.kind === 'receipt' && one.state));
  assert.deepEqual(states, [['failed'], [], ['sent'], ['delivered'], ['read'], ['read']]);
  assert.deepEqual(ack(2, 'BY-HAND'), []);
  assert.deepEqual(ack(2, OURS, false), []);
});

test('what happens to a message under a LID is told for both of its chats: the phone number may have been learnt since', () => {
  const { message, ...around } = messageEvent({ remote: PAULA.lid, id: OURS, fromMe: true }) as { message: object };
  const told = read({ ...around, message, event: 'ack', ack: 3, at: T * 1000 });
  assert.deepEqual(
    told.map((one) => one.kind === 'receipt' && [one.chat.externalId, one.state]),
    [
      [PAULA.phone, 'read'],
      [PAULA.lid, 'read'],
    ],
  );
});

test('what should have been readable and is not is kept, under one name, without a word of it in the reason', () => {
  const odd: object[] = [
    messageEvent({ type: 'hologram', body: '' }),
    messageEvent({ t: 'tomorrow' }),
    { ...messageEvent(), event: 'undecryptable' },
    { ...messageEvent(), event: 'dance' },
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
