/** Whatever becomes of browser, page and child: it is noticed, begun again, and nothing is said or lost by it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { UnavailableError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import type { Person } from '#test/standins/whatsapp/index.ts';
import { chatWith, endAll, type Linked, noBrowser, openReady, part, type Process, processesOf } from './linked.ts';

const options = { skip: noBrowser, timeout: 120_000 };
/** Noticed within 30 s, and ready within 60 s more: what the README says. */
const READY_AGAIN_MS = 90_000;

let linked: Linked;
const cleanups: (() => unknown)[] = [];
before(async () => {
  if (noBrowser) return;
  linked = await openReady(
    { after: (clean) => void cleanups.push(clean as () => unknown) },
    { WHATSAPP_ACCESS: 'open' },
  );
});
after(async () => {
  for (const clean of cleanups) await clean();
});

function readyTimes(): number {
  return linked.reports.filter(({ state }) => state === 'ready').length;
}

function end(processes: Process[]): void {
  assert.notEqual(processes.length, 0);
  endAll(processes);
}

/** What the core does when a channel is ready again. */
async function catchUp({ phone }: Person, since: Date): Promise<string[]> {
  const found: Inbound[] = [];
  const emit = async (batch: Inbound[]) => void found.push(...batch);
  await linked.channel.catchUp?.({ since, chats: [] }, emit, AbortSignal.timeout(20_000));
  return found.flatMap((one) => (one.kind === 'message' && one.chat.externalId === phone ? one.text : []));
}

test('the child without the browser takes less than 150 MB', options, async () => {
  const { child } = await processesOf(linked.dataDir);
  const status = await readFile(`/proc/${child[0]?.pid}/status`, 'utf8');
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  assert.ok(megabytes < 150, `${megabytes} MB`);
});

const faults: [string, () => Promise<void>][] = [
  ['the browser is killed', async () => end((await processesOf(linked.dataDir)).browser)],
  ['the page crashes', async () => end((await processesOf(linked.dataDir)).renderers)],
  ['the child is killed', async () => end((await processesOf(linked.dataDir)).child)],
  ['the page hangs', async () => linked.whatsapp.hang()],
];
for (const [what, happen] of faults) {
  test(`${what}: begun again, and what was said meanwhile is fetched`, options, async () => {
    const { whatsapp, channel } = linked;
    const paula = whatsapp.addPerson('Paula');
    const since = new Date(Date.now() - 1_000);
    const times = readyTimes();
    await happen();
    await linked.waitFor(({ reports }) => reports.at(-1)?.state === 'reconnecting', 30_000);
    whatsapp.known = 0;
    whatsapp.say(paula, `while ${what}`);
    const early = channel.send(part(chatWith(paula), 'too early', `dlv_${what}:0`), AbortSignal.timeout(20_000));
    await assert.rejects(early, (error) => error instanceof UnavailableError && error.certain);
    await linked.ready(times + 1, READY_AGAIN_MS);
    assert.deepEqual(await catchUp(paula, since), [`while ${what}`]);
    await channel.send(part(chatWith(paula), 'now', `dlv_${what}:1`), AbortSignal.timeout(20_000));
    assert.deepEqual(
      whatsapp.sent.filter(({ chat }) => chat === paula.phone).map(({ body }) => body),
      ['now'],
    );
  });
}

for (const [what, happen] of faults) {
  test(`${what} in the middle of a send: the outcome is uncertain, and found by its id`, options, async () => {
    const { whatsapp, channel } = linked;
    const paula = chatWith(whatsapp.addPerson('Paula'));
    const said = part(paula, 'Did it arrive?', `dlv_middle_${what}:0`);
    const sentAt = new Date();
    const times = readyTimes();
    whatsapp.known = 10;
    void whatsapp.faultNext('silent');
    const sending = channel.send(said, AbortSignal.timeout(60_000));
    const { id } = await whatsapp.waitFor(({ sent }) => sent.find(({ chat }) => chat === paula.externalId));
    await happen();
    await assert.rejects(sending, (error) => error instanceof UnavailableError && !error.certain);
    await linked.ready(times + 1, READY_AGAIN_MS);
    assert.deepEqual(await channel.lookUp?.(said, sentAt, AbortSignal.timeout(20_000)), { externalId: id });
  });
}

test('the page is loaded anew: ready again in the same browser, and what is said then is told', options, async () => {
  const { whatsapp } = linked;
  const before = await processesOf(linked.dataDir);
  const times = readyTimes();
  whatsapp.reload();
  await linked.ready(times + 1, READY_AGAIN_MS);
  assert.deepEqual((await processesOf(linked.dataDir)).browser, before.browser);
  const paula = whatsapp.addPerson('Paula');
  whatsapp.say(paula, 'after that');
  await linked.waitFor(({ inbound }) => inbound.some((one) => one.kind === 'message' && one.text === 'after that'));
});

test('a page that is loaded anew and never in step again: not ready at once, and begun again', options, async () => {
  const { whatsapp, channel } = linked;
  const paula = whatsapp.addPerson('Paula');
  const since = new Date(Date.now() - 1_000);
  const [before, times, count] = [await processesOf(linked.dataDir), readyTimes(), linked.reports.length];
  whatsapp.reload({ isStuck: true });
  const [first] = await linked.waitFor(({ reports }) => reports.length > count && reports.slice(count), 30_000);
  assert.deepEqual([first?.state, first?.action?.includes('loaded anew')], ['reconnecting', true]);
  whatsapp.say(paula, 'while it is stuck');
  const early = channel.send(part(chatWith(paula), 'too early', 'dlv_stuck:0'), AbortSignal.timeout(20_000));
  await assert.rejects(early, (error) => error instanceof UnavailableError && error.certain);
  await linked.ready(times + 1, READY_AGAIN_MS);
  assert.notDeepEqual((await processesOf(linked.dataDir)).browser, before.browser);
  assert.deepEqual(await catchUp(paula, since), ['while it is stuck']);
});

test('a page of which the library knows nothing, on which it rejects unheard: begun again', options, async () => {
  const { whatsapp } = linked;
  const times = readyTimes();
  whatsapp.reload({ isBroken: true });
  const told = await linked.waitFor(
    ({ reports }) => reports.findLast(({ action }) => action?.includes('the library broke')),
    30_000,
  );
  assert.equal(told.state, 'reconnecting');
  await linked.ready(times + 1, READY_AGAIN_MS);
});

test('a store that is away is no reason to stop: the next message is told', options, async () => {
  const { whatsapp } = linked;
  const paula = whatsapp.addPerson('Paula');
  linked.isStoreAway = true;
  whatsapp.say(paula, 'nobody stores this');
  await linked.waitFor(({ refused }) => refused > 0);
  linked.isStoreAway = false;
  whatsapp.say(paula, 'this is stored');
  await linked.waitFor(({ inbound }) => inbound.some((one) => one.kind === 'message' && one.text === 'this is stored'));
});
