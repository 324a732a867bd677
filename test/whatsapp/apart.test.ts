/** What surrounds the browser: the child's life, the memory of the phone, the QR, and what an end means. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startChild } from '#adapters/whatsapp/child.ts';
import { pauseAfter, verdictOn } from '#adapters/whatsapp/ends.ts';
import { ChildFailure } from '#adapters/whatsapp/errors.ts';
import { createPairing } from '#adapters/whatsapp/pairing.ts';
import { createPhoneWatch } from '#adapters/whatsapp/phone.ts';
import { createStuckWatch } from '#adapters/whatsapp/stuck.ts';
import type { ChannelReport } from '#src/channel.ts';
import { createLogger } from '#src/log.ts';
import { openWhatsapp } from './linked.ts';

const MAIN = new URL('../../adapters/whatsapp/child/main.ts', import.meta.url);
const DAY_MS = 86_400_000;
const options = { timeout: 60_000 };
const log = createLogger('silent', false);
const linkedAt = new Date('2026-03-01T12:00:00Z');

function after(days: number): Date {
  return new Date(linkedAt.getTime() + days * DAY_MS);
}

test('a child that is told nonsense says so and ends', async () => {
  const child = fork(MAIN, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const exit = once(child, 'exit');
  const said = once(child, 'message');
  child.send({ call: 'me', name: 'maybe' });
  assert.deepEqual((await said)[0], { kind: 'ended', reason: 'the bridge said something that no child understands' });
  assert.deepEqual(await exit, [1, null]);
});

test('a child whose bridge is gone ends', async () => {
  const child = fork(MAIN, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  await once(child, 'spawn');
  const exit = once(child, 'exit');
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
});

const noProc = !existsSync('/proc/self/stat') && 'no /proc: a dead child cannot be told from a living one';
test('a child that has just died was certainly not asked, and its end is told', { skip: noProc }, async () => {
  const child = startChild({}, () => undefined);
  const pid = Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8'));
  process.kill(pid, 'SIGKILL');
  // Held up, so that its end cannot be heard before it is asked.
  while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  const asked = child.call('ping', {}, AbortSignal.timeout(10_000));
  await assert.rejects(asked, (error) => error instanceof ChildFailure && error.code === 'not_ready');
  assert.equal(await child.ended, 'the child ended without a word');
});

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pantheon-phone-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the admin is reminded of the phone after twelve days, over restarts, until something is written there', async (t) => {
  const folder = join(tempFolder(t), 'session');
  assert.equal(createPhoneWatch(folder, log).warning(linkedAt), undefined);
  assert.equal(createPhoneWatch(folder, log).warning(after(11.9)), undefined);
  const phone = createPhoneWatch(folder, log);
  assert.match(phone.warning(after(12)) ?? '', /12 days.*open WhatsApp there/);
  phone.seen(after(12));
  assert.equal(phone.warning(after(13)), undefined);
  await phone.forget();
  assert.equal(existsSync(folder), false);
});

test('where nothing can be written the phone is remembered all the same, and that is logged', async (t) => {
  const folder = join(tempFolder(t), 'session');
  writeFileSync(folder, 'a file stands where the folder should be');
  const logged: string[] = [];
  const phone = createPhoneWatch(folder, { ...log, warn: (_, message) => void logged.push(message) });
  assert.equal(phone.warning(linkedAt), undefined);
  assert.match(phone.warning(after(12)) ?? '', /12 days/);
  phone.seen(after(12));
  assert.equal(phone.warning(after(13)), undefined);
  assert.deepEqual(new Set(logged), new Set(['whatsapp: when the phone was there could not be written down']));
});

test('what is kept of the phone and is broken is written anew', (t) => {
  const folder = tempFolder(t);
  for (const broken of ['', 'T12:00']) {
    writeFileSync(join(folder, 'phone-seen'), broken);
    createPhoneWatch(folder, log).warning(linkedAt);
    assert.match(createPhoneWatch(folder, log).warning(after(12)) ?? '', /12 days/, JSON.stringify(broken));
  }
  assert.deepEqual(readdirSync(folder), ['phone-seen']);
});

test('a QR is shown by the state, and in a terminal; a code has no QR, and stands in no sentence', () => {
  const reports: ChannelReport[] = [];
  const written: string[] = [];
  const terminal = { isTTY: true, write: (text: string) => written.push(text) > 0 };
  const pairing = createPairing((report) => void reports.push(report), terminal);
  pairing.showQr('2@abc,def');
  pairing.showCode('ABCD1234');
  assert.deepEqual(
    reports.map(({ state, pairing: shown }) => [state, shown?.qr, shown?.code]),
    [
      ['pairing', '2@abc,def', undefined],
      ['pairing', '', 'ABCD1234'],
    ],
  );
  assert.match(written[0] ?? '', /▀|▄|█/);
  assert.doesNotMatch(JSON.stringify(reports.map(({ action }) => action)), /ABCD1234/);
});

test('only a ban is final, and only a logout throws the session away', () => {
  const all = [
    'LOGOUT',
    'CONFLICT',
    'TOS_BLOCK',
    'SMB_TOS_BLOCK',
    'PROXYBLOCK',
    'DEPRECATED_VERSION',
    'the page crashed',
  ];
  const having = (field: 'isFinal' | 'isUnlinked') => all.filter((reason) => verdictOn(reason)[field]);
  assert.deepEqual([having('isFinal'), having('isUnlinked')], [['TOS_BLOCK', 'SMB_TOS_BLOCK'], ['LOGOUT']]);
});

test('what does not get ready is begun again after growing pauses, of half a minute at most', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].map(pauseAfter), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a page that is scanned or linked and not ready after five minutes is stuck; one that waits never is', () => {
  let minutes = 0;
  const isStuck = createStuckWatch(() => minutes * 60_000);
  const at = (minute: number, state: string, isReady = false) => {
    minutes = minute;
    return isStuck(state, isReady) !== undefined;
  };
  const waiting = [at(60, 'UNPAIRED'), at(120, 'UNPAIRED_IDLE'), at(180, 'TIMEOUT')];
  const scanned = [at(182, 'PAIRING'), at(185, 'CONNECTED'), at(185.1, 'CONNECTED')];
  const ready = [at(186, 'CONNECTED', true), at(191, 'CONNECTED'), at(191.1, 'CONNECTED')];
  const lost = [at(192, 'CONNECTED', true), at(197, 'OPENING'), at(197.1, 'OPENING')];
  // It counts from the moment in which it is loaded anew, however long it was opened before.
  const opened = [at(198, 'CONNECTED', true), at(202, 'OPENING')];
  const reloaded = [at(203, 'RELOADING'), at(203.7, 'RELOADING'), at(203.8, 'RELOADING')];
  assert.deepEqual(
    { waiting, scanned, ready, lost, opened, reloaded },
    {
      waiting: [false, false, false],
      scanned: [false, false, true],
      ready: [false, false, true],
      lost: [false, false, true],
      opened: [false, false],
      reloaded: [false, false, true],
    },
  );
});

test('a page that has not loaded after a minute and a half is stuck; one that has may take five to get ready', () => {
  for (const [state, minutes] of [
    ['OPENING', 1.5],
    ['CONNECTED', 5],
  ] as const) {
    let now = 0;
    const isStuck = createStuckWatch(() => now);
    now = minutes * 60_000;
    assert.equal(isStuck(state, false), undefined, state);
    now += 1;
    assert.match(isStuck(state, false) ?? '', /did not/, state);
  }
});

test('a browser that cannot be started: reconnecting, with the reason, again and again', options, async (t) => {
  const linked = await openWhatsapp(t, { WHATSAPP_BROWSER_PATH: '/bin/false' });
  linked.listen();
  const told = await linked.waitFor(
    ({ reports }) => reports.filter(({ state }) => state === 'reconnecting')[1],
    40_000,
  );
  assert.match(told.action ?? '', /could not begin: /);
});
