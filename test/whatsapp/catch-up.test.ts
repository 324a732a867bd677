/** What was said while nobody listened: fetched from the chats, within bounds, and as often as one likes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '#adapters/whatsapp/access.ts';
import { createCatchUp } from '#adapters/whatsapp/catch-up.ts';
import type { Ask } from '#adapters/whatsapp/send.ts';
import type { Gap } from '#src/channel.ts';
import { createLogger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import { type Linked, makeReady, noBrowser, openReady, openWhatsapp } from './linked.ts';

const options = { skip: noBrowser, timeout: 120_000 };
/** What adapters/whatsapp/README.md promises. */
const [MOST_MESSAGES, MOST_CHATS] = [500, 200];
const OPEN = { WHATSAPP_ACCESS: 'open' };

/** Does what the core does when a channel is ready. */
async function catchUp({ channel }: Linked, since: Date): Promise<{ found: Inbound[]; gaps: Gap[] }> {
  const found: Inbound[] = [];
  const emit = async (batch: Inbound[]) => void found.push(...batch);
  const gaps = (await channel.catchUp?.({ since, chats: [] }, emit, AbortSignal.timeout(60_000))) ?? [];
  return { found, gaps };
}

function textsIn(found: readonly Inbound[], chat: string): string[] {
  return found.flatMap((one) =>
    (one.kind === 'message' || one.kind === 'edit') && one.chat.externalId === chat ? [one.text] : [],
  );
}

function ago(seconds: number): number {
  return Math.floor(Date.now() / 1000) - seconds;
}

test('each chat is read from then on, an edited message as it is now, and again without harm', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const since = new Date(ago(100) * 1000);
  const [paula, max] = [whatsapp.addPerson('Paula'), whatsapp.addPerson('Max')];
  whatsapp.say(paula, 'long ago', { t: ago(1000) });
  whatsapp.say(max, 'gone by', { t: ago(900) });
  for (const n of [1, 2, 3]) whatsapp.say(paula, `missed ${n}`, { t: ago(100 - n) });
  whatsapp.edit(whatsapp.say(paula, 'missed 4', { t: ago(90) }), 'edited 4');
  await linked.waitFor(({ inbound }) => inbound.some(({ kind }) => kind === 'edit'));
  const first = await catchUp(linked, since);
  assert.deepEqual(textsIn(first.found, paula.phone), ['missed 1', 'missed 2', 'missed 3', 'edited 4']);
  assert.deepEqual([textsIn(first.found, max.phone), first.gaps], [[], []]);
  assert.deepEqual(await catchUp(linked, since), first);
});

test('what was deleted for everybody meanwhile is a deletion of what we know', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  const said = whatsapp.say(paula, 'too much said');
  const { id } = said;
  whatsapp.revoke(said);
  await linked.waitFor(({ inbound }) => inbound.some(({ kind }) => kind === 'deletion'));
  const { found } = await catchUp(linked, new Date(ago(100) * 1000));
  assert.deepEqual(
    found.map((one) => one.kind === 'deletion' && [one.chat.externalId, one.externalId]),
    [
      [paula.phone, id],
      [paula.lid, id],
    ],
  );
});

test('of a chat in which very much was said the newest are read, and the rest is a gap', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  const since = new Date(ago(2000) * 1000);
  const [extra, at] = [7, ago(1000)];
  for (let n = 0; n < MOST_MESSAGES + extra; n += 1) whatsapp.say(paula, `n${n}`, { t: at + n });
  await linked.waitFor(({ inbound }) => inbound.length === MOST_MESSAGES + extra, 60_000);
  const { found, gaps } = await catchUp(linked, since);
  const read = textsIn(found, paula.phone);
  assert.deepEqual([read.length, read[0], read.at(-1)], [MOST_MESSAGES, `n${extra}`, `n${MOST_MESSAGES + extra - 1}`]);
  assert.deepEqual(
    gaps.map(({ chat, from, to }) => [chat.externalId, from, to]),
    [[paula.phone, since, new Date((at + extra) * 1000)]],
  );
});

test('of a chat in which the longest texts were said so many are read as the child can hold', options, async (t) => {
  const linked = await openWhatsapp(t, OPEN);
  const stop = await makeReady(linked);
  await stop();
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  const since = new Date(ago(2000) * 1000);
  const [longest, at, kept] = ['\u{1F600}'.repeat(32_000), ago(1000), 50];
  for (let n = 0; n < MOST_MESSAGES; n += 1) whatsapp.say(paula, `n${n} ${longest}`, { t: at + n });
  linked.listen();
  await linked.ready(2);
  const { found, gaps } = await catchUp(linked, since);
  const read = textsIn(found, paula.phone).map((text) => text.split(' ', 1)[0]);
  const first = MOST_MESSAGES - kept;
  assert.deepEqual([read.length, read[0], read.at(-1)], [kept, `n${first}`, `n${MOST_MESSAGES - 1}`]);
  assert.deepEqual(
    gaps.map(({ from, to }) => [from, to]),
    [[since, new Date((at + first) * 1000)]],
  );
});

test('of very many chats the latest are read, and each of the others is a gap', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const since = new Date(ago(2000) * 1000);
  const people = Array.from({ length: MOST_CHATS + 3 }, (_, n) => whatsapp.addPerson(`Person ${n}`));
  const at = ago(1000);
  for (const [n, person] of people.entries()) whatsapp.say(person, `from ${n}`, { t: at + n });
  await linked.waitFor(({ inbound }) => inbound.length === people.length, 60_000);
  const { found, gaps } = await catchUp(linked, since);
  const read = people.filter(({ phone }) => textsIn(found, phone).length === 1);
  assert.deepEqual(read, people.slice(3));
  assert.deepEqual(
    gaps.map(({ chat }) => chat.externalId).toSorted(),
    people.slice(0, 3).map(({ phone }) => phone),
  );
});

test('in a group only what somebody says is a gap of whom nobody can say who it is', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const [paula, max] = [whatsapp.addPerson('Paula', { isHidden: true }), whatsapp.addPerson('Max')];
  const group = whatsapp.addGroup('Friends', [paula, max]);
  whatsapp.unclear.add(paula.lid);
  const since = new Date(ago(100) * 1000);
  whatsapp.say(max, '/help', { in: group, t: ago(40) });
  const unclear = whatsapp.say(paula, '/new', { in: group, as: 'lid', t: ago(30) });
  whatsapp.say(paula, 'not for us', { in: group, as: 'lid', t: ago(20) });
  whatsapp.say(max, '/list', { in: group, mentions: [paula], t: ago(10) });
  await linked.waitFor(({ inbound }) => inbound.length === 3);
  const first = await catchUp(linked, since);
  assert.deepEqual(textsIn(first.found, group.id), ['/help', '/list']);
  const at = new Date(unclear.t * 1000);
  const chat = { account: 'phone', externalId: group.id, threadId: '', kind: 'group', title: 'Friends' };
  assert.deepEqual(first.gaps, [{ chat, from: at, to: at }]);
  assert.deepEqual(await catchUp(linked, since), first);
});

test('a chat of which nobody can say whose it is is a gap, and the others are read', options, async (t) => {
  const linked = await openReady(t, OPEN);
  const { whatsapp } = linked;
  const [paula, max] = [whatsapp.addPerson('Paula', { isHidden: true }), whatsapp.addPerson('Max')];
  whatsapp.unclear.add(paula.lid);
  whatsapp.say(max, 'from Max', { t: ago(20) });
  const unclear = whatsapp.say(paula, 'from Paula', { as: 'lid', t: ago(10) });
  await linked.waitFor(({ inbound }) => inbound.length === 2);
  const since = new Date(ago(100) * 1000);
  const { found, gaps } = await catchUp(linked, since);
  assert.deepEqual([textsIn(found, max.phone), textsIn(found, paula.lid)], [['from Max'], []]);
  assert.deepEqual(
    gaps.map(({ chat, from }) => [chat.externalId, from]),
    [[paula.lid, new Date(unclear.t * 1000)]],
  );
});

test('by default nobody is looked up, and no chat but the own one is read', options, async (t) => {
  const linked = await openReady(t);
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula', { isHidden: true });
  for (const id of [paula.lid, whatsapp.owner.phone, whatsapp.owner.lid]) whatsapp.unclear.add(id);
  whatsapp.say(paula, 'not for us', { as: 'lid' });
  whatsapp.say(paula, 'nor this', { as: 'lid', in: whatsapp.addGroup('Friends', [paula]) });
  whatsapp.phone.say(whatsapp.owner, 'to myself');
  await linked.waitFor(({ inbound }) => inbound.length === 1);
  const { found, gaps } = await catchUp(linked, new Date(ago(100) * 1000));
  assert.deepEqual([found.length, textsIn(found, whatsapp.owner.phone), gaps], [1, ['to myself'], []]);
  assert.deepEqual(whatsapp.lookedUp, []);
});

test('what is unclear since WhatsApp is gone is no gap: all is fetched again', async () => {
  const chats = [{ id: '1@c.us', isGroup: false, title: '' }];
  const answers = { chats, history: { events: [], unclear: [{}], isComplete: true }, ping: { state: 'RELOADING' } };
  const ask = (async (name: keyof typeof answers) => answers[name]) as unknown as Ask;
  const gate = createGate({ to: 'open' });
  const fetch = createCatchUp({ ask, gate, me: () => ({}), read: () => [], log: createLogger('silent', false) });
  const fetching = fetch({ since: new Date(0), chats: [] }, async () => undefined, AbortSignal.timeout(20_000));
  await assert.rejects(fetching, { code: 'not_ready' });
});

test('a chat that fails since WhatsApp is gone is no gap: all is fetched again', async () => {
  for (const state of ['TIMEOUT', 'CONNECTED']) {
    const answers = { chats: [{ id: '1@c.us', isGroup: false, title: '' }], ping: { state } } as Record<
      string,
      unknown
    >;
    const ask = (async (name: string) => answers[name] ?? Promise.reject(new Error(`no ${name}`))) as Ask;
    const gate = createGate({ to: 'open' });
    const fetch = createCatchUp({ ask, gate, me: () => ({}), read: () => [], log: createLogger('silent', false) });
    const fetching = fetch({ since: new Date(0), chats: [] }, async () => undefined, AbortSignal.timeout(20_000));
    if (state === 'CONNECTED') assert.deepEqual((await fetching).length, 1);
    else await assert.rejects(fetching, /no history/);
  }
});
