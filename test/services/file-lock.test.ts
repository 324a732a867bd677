import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tryLock, underLock } from '#src/services/file-lock.ts';
import { makeFolder } from './fixtures.ts';

const MODULE = import.meta.resolve('#src/services/file-lock.ts');

test('shared locks go together, an exclusive one with none', async () => {
  const path = join(await makeFolder(), 'lock');
  const [one, two] = [tryLock(path, 'shared'), tryLock(path, 'shared')];
  assert.ok(one && two);
  assert.equal(tryLock(path, 'exclusive'), undefined);
  one.release();
  two.release();
  two.release();
  const exclusive = tryLock(path, 'exclusive');
  assert.ok(exclusive);
  assert.equal(tryLock(path, 'shared'), undefined);
  exclusive.release();
});

test('a lock is free as soon as its owner is killed', async (t) => {
  const folder = await makeFolder();
  const path = join(folder, 'lock');
  const script = join(folder, 'hold.mjs');
  await writeFile(
    script,
    `import { tryLock } from ${JSON.stringify(MODULE)};
     globalThis.held = tryLock(process.argv[2], 'exclusive');
     process.on('message', () => {});
     process.send('held');`,
  );
  const owner = fork(script, [path]);
  t.after(() => owner.kill('SIGKILL'));
  await once(owner, 'message');
  assert.equal(tryLock(path, 'exclusive'), undefined);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const taken = tryLock(path, 'exclusive');
  assert.ok(taken);
  taken.release();
});

test('work under one lock is done one after the other, and a failure frees it', async () => {
  const path = join(await makeFolder(), 'lock');
  const seen: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    await new Promise(setImmediate);
    seen.push(`${name} ends`);
    throw new Error(name);
  };
  await Promise.allSettled([underLock(path, 5000, work('a')), underLock(path, 5000, work('b'))]);
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a lock that stays taken is given up with a sentence that names it', async (t) => {
  const path = join(await makeFolder(), 'lock');
  const held = tryLock(path, 'exclusive');
  t.after(() => held?.release());
  await assert.rejects(
    underLock(path, 50, () => Promise.resolve()),
    new RegExp(`Another process has held ${path}`),
  );
});
