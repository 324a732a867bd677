/** Linking a phone, what is kept of it, and what the admin is told when it ends. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChannelReport } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import { holdToBound } from '#test/busy.ts';
import { eventually } from '#test/product/eventually.ts';
import {
  chatWith,
  endAll,
  environmentFor,
  link,
  makeReady,
  noBrowser,
  openReady,
  openWhatsapp,
  part,
  processesOf,
} from './linked.ts';

const options = { skip: noBrowser, timeout: 60_000 };

const DAY_MS = 86_400_000;
const READY_IN_MS = 3_000;
/** Longer than the page is left without a question. */
const SLOW_MS = 6_000;

function states(reports: readonly ChannelReport[]): string[] {
  return reports.map(({ state }) => state);
}

/** Ends the browser and the child at once, as a power cut would. */
async function pullThePlug(dataDir: string): Promise<void> {
  const { child, browser } = await processesOf(dataDir);
  assert.equal(child.length, 1);
  endAll([...child, ...browser]);
}

test('the phone scans the QR, and the unmodified library is ready; no module is missing', options, async (t) => {
  const linked = await openReady(t);
  assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready']);
  const { pairing, action } = linked.reports[1] ?? {};
  assert.match(pairing?.qr ?? '', /^2@[^,]+,/);
  assert.match(action ?? '', /Linked devices/);
  assert.deepEqual(linked.whatsapp.unknownModules, []);
});

test('a page that takes its time to load is waited for', options, async (t) => {
  const linked = await openWhatsapp(t);
  linked.whatsapp.slow(SLOW_MS);
  linked.listen();
  await link(linked);
  await linked.ready();
  assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready']);
});

test('a phone is linked by a code for its number', options, async (t) => {
  const linked = await openWhatsapp(t, { WHATSAPP_PHONE_NUMBER: '+49 170 1000001' });
  linked.listen();
  const shown = await linked.waitFor(({ reports }) => reports.at(-1)?.pairing, 20_000);
  assert.deepEqual({ qr: shown.qr, code: shown.code }, { qr: '', code: linked.whatsapp.code });
  linked.whatsapp.phone.enter(shown.code ?? '');
  await linked.ready();
});

test(
  'a session that is called ready survives a power cut in that moment, and is ready again without a QR',
  options,
  async (t) => {
    const linked = await openReady(t);
    await pullThePlug(linked.dataDir);
    await linked.ready(2);
    assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready', 'reconnecting', 'ready']);
  },
);

test('a browser that hangs when its child is killed is gone once the next one is ready', options, async (t) => {
  const linked = await openReady(t);
  const { child, browser } = await processesOf(linked.dataDir);
  assert.deepEqual([child.length, browser.length], [1, 1]);
  for (const { pid } of browser) process.kill(pid, 'SIGSTOP');
  endAll(child);
  await linked.ready(2, 40_000);
  const { browser: now } = await processesOf(linked.dataDir);
  assert.equal(now.length, 1);
  assert.notEqual(now[0]?.pid, browser[0]?.pid);
});

test('a restart is ready without a QR, and nothing is left behind in between', options, async (t) => {
  const linked = await openWhatsapp(t);
  const stop = linked.listen();
  await link(linked);
  await linked.ready();
  await stop();
  assert.deepEqual(await processesOf(linked.dataDir), { browser: [], child: [], renderers: [] });
  linked.listen();
  await linked.ready(2);
  assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready', 'starting', 'ready']);
});

test('a linked phone is ready within three seconds of the start', options, async (t) => {
  const linked = await openWhatsapp(t);
  let stop = linked.listen();
  await link(linked);
  await linked.ready();
  // The best of some: the machine may be busy with other things.
  const took: number[] = [];
  for (let n = 2; n <= 6 && !took.some((ms) => ms <= READY_IN_MS); n += 1) {
    await stop();
    const began = Date.now();
    stop = linked.listen();
    await linked.ready(n);
    took.push(Date.now() - began);
  }
  holdToBound(t, Math.min(...took) <= READY_IN_MS, `ready after ${took.join(', ')} ms`);
});

test('a page that is in step before the library listens for that is ready all the same', options, async (t) => {
  const linked = await openWhatsapp(t);
  const stop = await makeReady(linked);
  await stop();
  linked.whatsapp.isEarly = true;
  linked.listen();
  await linked.ready(2, 30_000);
  linked.whatsapp.phone.say(linked.whatsapp.owner, 'Once?');
  await linked.waitFor(({ inbound }) => inbound.length > 0);
  assert.equal(linked.inbound.length, 1);
});

test('a page that loads frames of its own while it is linked is linked once, in one browser', options, async (t) => {
  const linked = await openWhatsapp(t);
  linked.listen();
  await linked.waitFor(({ reports }) => reports.at(-1)?.pairing, 20_000);
  await eventually('the library has begun anew with some frames', () => {
    linked.whatsapp.loadFrame();
    return linked.whatsapp.begun > 3;
  });
  await link(linked);
  await linked.ready();
  const { browser, child } = await processesOf(linked.dataDir);
  assert.deepEqual([browser.length, child.length, linked.whatsapp.pages], [1, 1, 1]);
  assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready']);
});

/** The phone was last heard of so long ago. */
async function beAbsent(dataDir: string, days: number): Promise<void> {
  await mkdir(join(dataDir, 'whatsapp'), { recursive: true });
  await writeFile(join(dataDir, 'whatsapp', 'phone-seen'), new Date(Date.now() - days * DAY_MS).toISOString());
}

test('whoever has just linked the phone is not reminded of it', options, async (t) => {
  const linked = await openWhatsapp(t);
  await beAbsent(linked.dataDir, 13);
  await makeReady(linked);
  assert.deepEqual(linked.reports.at(-1), { state: 'ready' });
});

test('the phone is there when its owner writes to anybody: the admin is reminded of it no more', options, async (t) => {
  const first = await openWhatsapp(t);
  const stop = await makeReady(first);
  await stop();
  await beAbsent(first.dataDir, 13);
  const linked = await openWhatsapp(t, environmentFor(first.whatsapp, first.dataDir));
  const end = linked.listen();
  await linked.ready();
  const [reminded] = linked.reports.slice(-1);
  first.whatsapp.phone.say(first.whatsapp.addPerson('Paula'), 'Hi');
  const seen = await linked.ready(2).then(
    () => true,
    () => false,
  );
  await end(); // before its folder is removed, which is the first one's
  assert.ok(seen);
  assert.match(reminded?.action ?? '', /13 days/);
  assert.deepEqual([linked.reports.at(-1), linked.inbound], [{ state: 'ready' }, []]);
});

test('an idle QR is refreshed', options, async (t) => {
  const linked = await openWhatsapp(t);
  linked.listen();
  const first = await linked.waitFor(({ reports }) => reports.at(-1)?.pairing, 20_000);
  linked.whatsapp.idle();
  await linked.waitFor(({ reports }) => reports.at(-1)?.pairing?.qr !== first.qr, 20_000);
  await link(linked);
  await linked.ready();
});

test(
  'a phone that unlinks us: the admin is told, the session is thrown away, and there is a new QR',
  options,
  async (t) => {
    const linked = await openReady(t);
    linked.whatsapp.phone.unlink();
    const told = await linked.waitFor(
      ({ reports }) => reports.find(({ action }) => action?.includes('unlinked us')),
      20_000,
    );
    assert.equal(told.state, 'reconnecting');
    await linked.waitFor(({ reports }) => reports.at(-1)?.state === 'pairing', 20_000);
    await link(linked);
    await linked.ready(2);
  },
);

test(
  'a QR after it was ready: it is not ready, and nothing is sent, until a phone is linked again',
  options,
  async (t) => {
    const linked = await openReady(t);
    linked.whatsapp.reload({ isForgotten: true });
    await linked.waitFor(({ reports }) => reports.at(-1)?.state === 'pairing', 20_000);
    const said = part(chatWith(linked.whatsapp.owner), 'to nobody', 'dlv_forgotten:0');
    const sending = linked.channel.send(said, AbortSignal.timeout(20_000));
    await assert.rejects(sending, (error) => error instanceof UnavailableError && error.certain);
    await link(linked);
    await linked.ready(2);
    assert.deepEqual(states(linked.reports), ['starting', 'pairing', 'ready', 'reconnecting', 'pairing', 'ready']);
  },
);

test('a session that is open elsewhere: the admin is told', options, async (t) => {
  const linked = await openReady(t);
  linked.whatsapp.state('CONFLICT');
  const told = await linked.waitFor(
    ({ reports }) => reports.find(({ action }) => action?.includes('another browser')),
    20_000,
  );
  assert.equal(told.state, 'reconnecting');
});

test('a banned number: it has failed, and is not begun again', options, async (t) => {
  const linked = await openReady(t);
  linked.whatsapp.state('TOS_BLOCK');
  const told = await linked.waitFor(({ reports }) => reports.find(({ state }) => state === 'failed'), 20_000);
  assert.match(told.action ?? '', /banned/);
  assert.deepEqual(await processesOf(linked.dataDir), { browser: [], child: [], renderers: [] });
});

test('servers that cannot be reached for a while: reconnecting, then ready again', options, async (t) => {
  const linked = await openReady(t);
  linked.whatsapp.cut();
  await linked.ready(2);
  assert.deepEqual(states(linked.reports).slice(-2), ['reconnecting', 'ready']);
});
