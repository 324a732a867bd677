/** Who starts, adopts, revives and ends the servers of a data folder. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { startServices } from '#src/services/services.ts';
import { eventually } from '#test/product/eventually.ts';
import { createMemoryLog, makeFolder, notedPids, pidsIn, startOwner } from './fixtures.ts';

const sorted = (pids: number[]): number[] => pids.toSorted((a, b) => a - b);

/** The pids of both servers once none of them is among `old`. */
function newPids(dataDir: string, old: number[]): Promise<number[]> {
  return eventually('both servers run again', async () => {
    const pids = await notedPids(dataDir);
    return pids.length === 2 && !pids.some((pid) => old.includes(pid)) ? pids : undefined;
  });
}

test('a clean stop leaves no process, and the next start uses the same data', async (t) => {
  const dataDir = await makeFolder();
  const first = await startOwner(t, dataDir);
  assert.equal((await pidsIn(dataDir)).length, 2);
  await first.stop();
  assert.deepEqual(await pidsIn(dataDir), []);
  const second = await startOwner(t, dataDir);
  assert.equal(second.mongodbUri, first.mongodbUri);
  await second.stop();
  assert.deepEqual(await pidsIn(dataDir), []);
});

test('what a killed process left running is taken over by the next, which ends it', async (t) => {
  const dataDir = await makeFolder();
  const killed = await startOwner(t, dataDir);
  const pids = await notedPids(dataDir);
  killed.process.kill('SIGKILL');
  await once(killed.process, 'exit');
  const next = await startOwner(t, dataDir);
  assert.deepEqual([next.mongodbUri, next.redisUrl], [killed.mongodbUri, killed.redisUrl]);
  assert.deepEqual(sorted(await pidsIn(dataDir)), sorted(pids));
  await next.stop();
  assert.deepEqual(await pidsIn(dataDir), []);
});

test('a killed server is back on its port, and what MongoDB acknowledged is there', async (t) => {
  const dataDir = await makeFolder();
  const services = await startServices({ dataDir }, createMemoryLog());
  const connection = await mongoose.createConnection(services.mongodbUri).asPromise();
  t.after(async () => {
    await connection.close();
    await services.stop();
  });
  const things = connection.collection<{ n: number }>('things');
  await things.insertMany([{ n: 1 }, { n: 2 }], { writeConcern: { w: 'majority', j: true } });

  const pids = await notedPids(dataDir);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await newPids(dataDir, pids);

  const count = await eventually('MongoDB answers', () => things.countDocuments().catch(() => undefined));
  assert.equal(count, 2);
});

test('two processes share one pair of servers, and the last that leaves ends them', async (t) => {
  const dataDir = await makeFolder();
  const [first, second] = await Promise.all([startOwner(t, dataDir), startOwner(t, dataDir)]);
  assert.deepEqual([first.mongodbUri, first.redisUrl], [second.mongodbUri, second.redisUrl]);
  const pids = sorted(await notedPids(dataDir));
  assert.deepEqual(sorted(await pidsIn(dataDir)), pids);
  await first.stop();
  assert.deepEqual(sorted(await pidsIn(dataDir)), pids);
  await second.stop();
  assert.deepEqual(await pidsIn(dataDir), []);
});

test('two processes that both see the servers die start one copy of each', async (t) => {
  const dataDir = await makeFolder();
  const owners = await Promise.all([startOwner(t, dataDir), startOwner(t, dataDir)]);
  for (let round = 0; round < 3; round++) {
    const pids = await notedPids(dataDir);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await newPids(dataDir, pids);
    await eventually('one copy of each runs', async () => {
      const [there, noted] = [sorted(await pidsIn(dataDir)), sorted(await notedPids(dataDir))];
      return noted.length === 2 && there.join() === noted.join();
    });
  }
  await Promise.all(owners.map((owner) => owner.stop()));
  assert.deepEqual(await pidsIn(dataDir), []);
});
