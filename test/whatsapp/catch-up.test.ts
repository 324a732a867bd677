/** What was said while nobody listened: fetched from the chats, within bounds, and as often as one likes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gap } from '#src/channel.ts';
import type { Inbound } from '#src/message.ts';
import { type Linked, noBrowser, openReady } from './linked.ts';

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
  const [paula, max] = [whatsapp.addPerson('Paula'), whatsapp.addPerson('Max')];
  whatsapp.say(paula, 'long ago', { t: ago(1000) });
  whatsapp.say(max, 'gone by', { t: ago(900) });
  for (const n of [1, 2, 3]) whatsapp.say(paula, `missed ${n}`, { t: ago(100 - n) });
  whatsapp.edit(whatsapp.say(paula, 'missed 4', { t: ago(90) }), 'edited 4');
  await linked.waitFor(({ inbound }) => inbound.some(({ kind }) => kind === 'edit'));
  const since = new Date(ago(100) * 1000);
  const first = await catchUp(linked, since);
  assert.deepEqual(textsIn(first.found, paula.phone), ['missed 1', 'missed 2', 'missed 3', 'edited 4']);
  assert.deepEqual([textsIn(first.found, max.phone), first.gaps], [[], []]);
  assert.deepEqual(await catchUp(linked, since), first);
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
