/** No process is left behind, whatever becomes of the bridge, and whenever. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { startWhatsapp } from '#test/standins/whatsapp/index.ts';
import { environmentFor, noBrowser, processesOf } from './linked.ts';

const options = { skip: noBrowser, timeout: 120_000 };
const GONE_MS = 10_000;

/** A bridge of its own process, as `npm start` is one. `ready` resolves when it is. */
async function startBridge(t: TestContext) {
  const [whatsapp, dataDir] = await Promise.all([startWhatsapp(), mkdtemp(join(tmpdir(), 'pantheon-whatsapp-'))]);
  const code = `
    import { createWhatsapp } from '#adapters/whatsapp/index.ts';
    import { createLogger } from '#src/log.ts';
    const stop = new AbortController();
    process.on('SIGTERM', () => stop.abort());
    const channel = await createWhatsapp(process.env, { log: createLogger('silent', false), commands: [] });
    await channel.listen(async () => {}, ({ state, pairing }) => console.log(JSON.stringify({ state, pairing })), stop.signal);`;
  const bridge = spawn(process.execPath, ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', code], {
    env: environmentFor(whatsapp, dataDir),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(bridge, 'exit');
  t.after(async () => {
    bridge.kill('SIGKILL'); // where the test has not come to it
    await exited;
    await isAllGone(dataDir);
    await whatsapp.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  const ready = Promise.withResolvers<void>();
  createInterface(bridge.stdout).on('line', (line) => {
    const { state, pairing } = JSON.parse(line) as { state: string; pairing?: { qr: string } };
    if (pairing) whatsapp.phone.scan(pairing.qr);
    if (state === 'ready') ready.resolve();
  });
  return { bridge, dataDir, ready: ready.promise };
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  for (const when of ['while the browser is opened', 'when it is ready'] as const) {
    test(`${signal} of the bridge ${when} leaves no process behind`, options, async (t) => {
      const { bridge, dataDir, ready } = await startBridge(t);
      if (when === 'when it is ready') await ready;
      const there = await eventually('there is a browser', async () => {
        const found = await processesOf(dataDir);
        return found.browser.length > 0 && found;
      });
      assert.deepEqual([there.browser.length, there.child.length], [1, 1]);
      const pids = [...there.browser, ...there.child, ...there.renderers].map(({ pid }) => pid);
      bridge.kill(signal);
      await once(bridge, 'exit');
      await eventually('all are gone', () => !pids.some(isRunning), GONE_MS);
      await isAllGone(dataDir);
    });
  }
}

function isAllGone(dataDir: string): Promise<unknown> {
  return eventually('no process is left', async () => {
    const { browser, child, renderers } = await processesOf(dataDir);
    return browser.length + child.length + renderers.length === 0;
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
