/** The channel against the stand-in: everything that it tells, and the processes that it runs. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createWhatsapp } from '#adapters/whatsapp/index.ts';
import { findBrowser } from '#adapters/whatsapp/browser.ts';
import type { Channel, ChannelReport, OutboundPart } from '#src/channel.ts';
import { createLogger, type Logger } from '#src/log.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { createWatch } from '#test/standins/watch.ts';
import { type Person, startWhatsapp, type WhatsappStandin } from '#test/standins/whatsapp/index.ts';

/** Why the tests that need a browser cannot run; `false` when they can. For the option `skip`. */
export const noBrowser: string | false = (() => {
  try {
    findBrowser(process.env);
    return false;
  } catch {
    return 'no Chromium on PATH: WhatsApp is not tested';
  }
})();

/** A channel and what it has told. */
export interface Linked {
  whatsapp: WhatsappStandin;
  channel: Channel;
  inbound: Inbound[];
  reports: ChannelReport[];
  dataDir: string;
  /** Makes `emit` reject until it is set back. */
  isStoreAway: boolean;
  /** Batches that were not stored. */
  refused: number;
  /** Begins to listen; gives how to end that. */
  listen(): () => Promise<void>;
  waitFor<T>(predicate: (linked: Linked) => T | undefined | false, deadlineMs?: number): Promise<T>;
  /** Resolves when it is ready for the nth time. */
  ready(times?: number, deadlineMs?: number): Promise<void>;
}

/** Takes what is to be done when it is over. */
type Cleanup = Pick<TestContext, 'after'>;

const READY_MS = 20_000;

/** What the environment of a test's channel is. */
export function environmentFor(whatsapp: WhatsappStandin, dataDir: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: dataDir,
    WHATSAPP_ENABLED: 'true',
    WHATSAPP_BROWSER_ARGS: JSON.stringify(whatsapp.browserArgs),
  };
}

/** Makes it; nothing runs yet. All is taken down after the test. */
export async function openWhatsapp(
  t: Cleanup,
  env: Record<string, string> = {},
  log: Logger = createLogger(process.env['TEST_LOG'] ?? 'silent', false),
): Promise<Linked> {
  const [whatsapp, dataDir] = await Promise.all([startWhatsapp(), mkdtemp(join(tmpdir(), 'pantheon-whatsapp-'))]);
  const stops: (() => Promise<void>)[] = [];
  const made = await createWhatsapp({ ...environmentFor(whatsapp, dataDir), ...env }, { log, commands: [] });
  if (!made) throw new Error('The channel was not made.');
  const inbound: Inbound[] = [];
  const reports: ChannelReport[] = [];
  const watch = createWatch(() => JSON.stringify({ inbound, reports }));
  const emit = async (batch: Inbound[]): Promise<void> => {
    if (linked.isStoreAway) {
      linked.refused += 1;
      watch.changed();
      throw new Error('The store is away.');
    }
    inbound.push(...batch);
    watch.changed();
  };
  const linked: Linked = {
    whatsapp,
    dataDir,
    channel: made,
    inbound,
    reports,
    isStoreAway: false,
    refused: 0,
    listen() {
      const stop = new AbortController();
      const note = (report: ChannelReport) => {
        reports.push(report);
        watch.changed();
      };
      const listening = made.listen?.(emit, note, stop.signal).catch(() => undefined); // what it says is in the reports
      const end = async () => {
        stop.abort();
        await listening;
      };
      stops.push(end);
      return end;
    },
    waitFor: (predicate, deadlineMs) => watch.waitFor(linked, predicate, deadlineMs),
    async ready(times = 1, deadlineMs = READY_MS) {
      await linked.waitFor(
        ({ reports: all }) => all.filter(({ state }) => state === 'ready').length >= times,
        deadlineMs,
      );
    },
  };
  t.after(async () => {
    await Promise.all(stops.map((stop) => stop()));
    watch.end();
    await whatsapp.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  return linked;
}

/** A channel that is linked and ready. */
export async function openReady(t: Cleanup, env: Record<string, string> = {}): Promise<Linked> {
  const linked = await openWhatsapp(t, env);
  await makeReady(linked);
  return linked;
}

/** Links it, and gives how to end the listening. */
export async function makeReady(linked: Linked): Promise<() => Promise<void>> {
  const stop = linked.listen();
  await link(linked);
  await linked.ready();
  return stop;
}

/** Scans the QR that is shown. */
export async function link(linked: Linked): Promise<void> {
  const { qr } = await linked.waitFor(({ reports }) => reports.findLast(({ pairing }) => pairing)?.pairing, READY_MS);
  linked.whatsapp.phone.scan(qr);
}

/** The direct chat with somebody. */
export function chatWith({ phone }: Person): ChatRef {
  return { account: 'phone', externalId: phone, threadId: '', kind: 'direct' };
}

export function part(chat: ChatRef, text: string, key: string): OutboundPart {
  return { chat, text, key };
}

/** A process, as the system tells of it. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

async function readProcess(pid: number): Promise<Process[]> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? [] : [{ pid, parent: Number(parent), command: command.replaceAll('\0', ' ') }];
  } catch {
    return []; // It ended while we looked.
  }
}

/** Ends them at once. */
export function endAll(processes: readonly Pick<Process, 'pid'>[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended since it was looked for.
    }
  }
}

/** The processes of this session: the child, which has the profile's folder as its parent's, and the browser's. */
export async function processesOf(
  dataDir: string,
): Promise<{ child: Process[]; browser: Process[]; renderers: Process[] }> {
  const pids = (await readdir('/proc')).map(Number).filter(Boolean);
  const all = (await Promise.all(pids.map(readProcess))).flat();
  const own = all.filter(({ command }) => command.includes(dataDir) && !command.includes('--type='));
  const ids = new Set(own.map(({ pid }) => pid));
  // What a browser has just forked bears its command line until it runs its own.
  const main = own.filter(({ parent }) => !ids.has(parent));
  const below = (one: Process): boolean => {
    const parent = all.find(({ pid }) => pid === one.parent);
    return parent !== undefined && (ids.has(parent.pid) || below(parent));
  };
  const parents = new Set(main.map(({ parent }) => parent));
  return {
    browser: main,
    child: all.filter(({ pid, command }) => parents.has(pid) && command.includes('child/main.ts')),
    renderers: all.filter((one) => one.command.includes('--type=renderer') && below(one)),
  };
}
