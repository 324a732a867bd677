/** Leases: one holder at a time, given on when they lapse, when they are given back, and when their process is gone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createHolder, isDeadNeighbour } from '#src/store/holder.ts';
import { freeLease, holdLease, leaseEnd } from '#src/store/leases.ts';
import { openStore } from './open-store.ts';

/** The name that a process gave itself before it was killed. */
async function deadHolder(): Promise<string> {
  const script =
    "import { createHolder } from '#src/store/holder.ts'; console.log(createHolder()); setInterval(() => {}, 1000);";
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script]);
  const [name] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return name.toString().trim();
}

test('a lease has one holder, who may renew it; given back, the next one has it at once', async (t) => {
  const store = await openStore(t);
  const [one, two] = ['elsewhere-1', 'elsewhere-2'];
  assert.equal(await holdLease(store, 'x', one), true);
  assert.equal(await holdLease(store, 'x', two), false);
  assert.equal(await holdLease(store, 'x', one), true);
  await freeLease(store, 'x', two);
  assert.equal(await holdLease(store, 'x', two), false);
  await freeLease(store, 'x', one);
  assert.equal(await holdLease(store, 'x', two), true);
});

test('of many who take a lapsed lease at once one has it, and its fence is higher', async (t) => {
  const store = await openStore(t);
  await holdLease(store, 'x', 'elsewhere');
  await store.leases.updateOne({ _id: 'x' }, { $set: { until: new Date(Date.now() - 1) } });
  const held = await Promise.all(Array.from({ length: 10 }, (_, n) => holdLease(store, 'x', `taker-${n}`)));
  assert.equal(held.filter(Boolean).length, 1);
  assert.equal((await store.leases.findById('x').lean())?.fence, 2);
});

test('a process of this machine that is gone holds nothing; one of another machine, or one that lives, does', async (t) => {
  const store = await openStore(t);
  const gone = await deadHolder();
  const leaseUntil = new Date(Date.now() + 60_000);
  assert.equal(isDeadNeighbour(gone), true);
  assert.equal(leaseEnd({ leaseHolder: gone, leaseUntil }), undefined);
  for (const leaseHolder of [createHolder(), gone.replace(/^[^|]+/, 'another-host'), 'anything else']) {
    assert.equal(leaseEnd({ leaseHolder, leaseUntil }), leaseUntil);
  }
  assert.equal(await holdLease(store, 'x', gone), true);
  assert.equal(await holdLease(store, 'x', createHolder()), true);
});
