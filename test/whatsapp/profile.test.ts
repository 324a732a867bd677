/** One profile, one browser: what becomes of whoever has it when the next one is opened. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { freeProfile } from '#adapters/whatsapp/child/profile.ts';

const skip = !existsSync('/proc/self/cmdline') && 'no /proc: nothing tells what a process is';
const CLOSE_MS = 300;

/** A profile that a process has; `named`: as the browser of it. */
async function openProfile(t: TestContext, { named }: { named: boolean }) {
  const profile = await mkdtemp(join(tmpdir(), 'pantheon-profile-'));
  const flags = named ? [`--user-data-dir=${profile}`] : [];
  const owner = spawn(process.execPath, ['-e', 'process.stdin.resume()', '--', ...flags], { stdio: 'pipe' });
  const exit = once(owner, 'exit');
  await once(owner, 'spawn');
  await symlink(`${hostname()}-${owner.pid}`, join(profile, 'SingletonLock'));
  t.after(async () => {
    owner.kill('SIGKILL');
    await exit;
    await rm(profile, { recursive: true });
  });
  return { profile, owner, exit };
}

test('a browser of the profile that hangs is killed', { skip }, async (t) => {
  const { profile, owner, exit } = await openProfile(t, { named: true });
  owner.kill('SIGSTOP');
  await freeProfile(profile, CLOSE_MS);
  assert.deepEqual([await exit, await readdir(profile)], [[null, 'SIGKILL'], []]);
});

/** A browser of the profile that does not close, and whose child is gone; its number. */
async function orphan(profile: string): Promise<number> {
  const browser = ['-e', 'setInterval(() => {}, 1e6)', '--', `--user-data-dir=${profile}`];
  const code = `const { spawn } = require('node:child_process');
    const browser = spawn(process.execPath, ${JSON.stringify(browser)}, { stdio: 'ignore', detached: true });
    browser.unref();
    console.log(browser.pid);`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [[pid]] = await Promise.all([once(child.stdout, 'data') as Promise<[Buffer]>, once(child, 'exit')]);
  return Number(pid);
}

test('a browser that hangs and has no child any more is hardly waited for', { skip }, async (t) => {
  const profile = await mkdtemp(join(tmpdir(), 'pantheon-profile-'));
  t.after(() => rm(profile, { recursive: true }));
  const pid = await orphan(profile);
  await symlink(`${hostname()}-${pid}`, join(profile, 'SingletonLock'));
  const began = Date.now();
  await freeProfile(profile, 60_000);
  assert.ok(Date.now() - began < 10_000);
  // Where nobody asks for its end its number stays.
  assert.equal(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''), '');
});

test('a browser of the profile that is closing is waited for', { skip }, async (t) => {
  const { profile, owner, exit } = await openProfile(t, { named: true });
  const freed = freeProfile(profile);
  owner.stdin.end();
  await freed;
  assert.deepEqual([await exit, await readdir(profile)], [[0, null], []]);
});

test('a process that got the number of a browser long gone is left alone, and not waited for', { skip }, async (t) => {
  const { profile, owner } = await openProfile(t, { named: false });
  const began = Date.now();
  await freeProfile(profile, 60_000);
  assert.ok(Date.now() - began < 10_000);
  assert.deepEqual([owner.exitCode, owner.signalCode, await readdir(profile)], [null, null, []]);
});
