import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isRunning, readRecord, RECORD_AND_BECOME, recordPath } from '#src/services/record.ts';
import { eventually } from '#test/product/eventually.ts';
import { makeFolder } from './fixtures.ts';

test('a program notes its port and itself before it begins, and is known until it ends', async () => {
  const folder = await makeFolder();
  const command = [recordPath(folder), '4711', 'sleep', '60'];
  const child = spawn('/bin/sh', ['-c', RECORD_AND_BECOME, ...command], { stdio: 'ignore' });
  const record = await eventually('the note is written', () => readRecord(folder));
  assert.deepEqual([record.port, record.pid], [4711, child.pid]);
  assert.equal(await isRunning(record), true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await isRunning(record), false);
});

test('a process that was given a dead one’s id is not taken for it', async () => {
  const folder = await makeFolder();
  await writeFile(recordPath(folder), `4711\n${process.pid} Sat Nov  1 00:00:00 1997\n`);
  const record = await readRecord(folder);
  assert.equal(record?.pid, process.pid);
  assert.equal(await isRunning(record), false);
});

test('half a note and no note are no server', async () => {
  const folder = await makeFolder();
  assert.equal(await readRecord(folder), undefined);
  for (const half of ['', '4711', '4711\n', '4711\n123 (redis']) {
    await writeFile(recordPath(folder), half);
    assert.equal(await readRecord(folder), undefined, JSON.stringify(half));
  }
});
