/** Who may ask the model next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots, type Slots } from '#src/agent/slots.ts';

/** Lets everything that may happen now happen. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Queues up, and notes who is served; the places that were taken can be given back in the order they were taken. */
function createQueue(slots: Slots): {
  served: string[];
  join(name: string, signal?: AbortSignal): void;
  next(): Promise<void>;
} {
  const served: string[] = [];
  const held: (() => void)[] = [];
  return {
    served,
    join(name, signal) {
      const [personId = ''] = name.split(':');
      void slots.take(personId, signal).then(
        (release) => (served.push(name), held.push(release)),
        () => served.push(`${name} left`),
      );
    },
    async next() {
      held.shift()?.();
      await settled();
    },
  };
}

test('no more are served at once than there are places', async () => {
  const queue = createQueue(createSlots(2));
  for (const name of ['a', 'b', 'c']) queue.join(name);
  await settled();
  assert.deepEqual(queue.served, ['a', 'b']);
  await queue.next();
  assert.deepEqual(queue.served, ['a', 'b', 'c']);
});

test('a person with a hundred waiting delays another by one place at most', async () => {
  for (const places of [1, 3]) {
    const queue = createQueue(createSlots(places));
    for (let i = 0; i < 100; i++) queue.join(`many:${i}`);
    await settled();
    queue.join('one');
    await settled();
    await queue.next();
    assert.equal(queue.served.at(-1), 'one', `${places} places`);
  }
});

test('the next is of the person who is served least', async () => {
  const queue = createQueue(createSlots(3));
  for (const name of ['c:1', 'a:1', 'a:2', 'a:3', 'b:1']) queue.join(name);
  await settled();
  await queue.next();
  assert.equal(queue.served.at(-1), 'b:1', 'though a:3 came before');
});

test('persons take turns, and each keeps its own order', async () => {
  const queue = createQueue(createSlots(1));
  for (const name of ['a:1', 'a:2', 'a:3', 'b:1', 'b:2', 'c:1']) queue.join(name);
  await settled();
  for (let i = 0; i < 5; i++) await queue.next();
  assert.deepEqual(queue.served, ['a:1', 'b:1', 'c:1', 'a:2', 'b:2', 'a:3']);
});

test('new persons that keep coming do not starve one who waits', async () => {
  const queue = createQueue(createSlots(2));
  for (const name of ['a:1', 'a:2', 'a:3', 'new0', 'new1']) queue.join(name);
  for (let i = 2; i < 9; i++) {
    queue.join(`new${i}`);
    await settled();
    await queue.next();
  }
  assert.ok(queue.served.includes('a:3'), queue.served.join());
});

test('who is alone may have all places', async () => {
  const queue = createQueue(createSlots(3));
  for (const name of ['a:1', 'a:2', 'a:3']) queue.join(name);
  await settled();
  assert.deepEqual(queue.served, ['a:1', 'a:2', 'a:3']);
});

test('an abort takes a waiter out, and rejects with its reason', async () => {
  const slots = createSlots(1);
  const release = await slots.take('a');
  const controller = new AbortController();
  const reason = new Error('stopped');
  const waiting = slots.take('b', controller.signal);
  const queue = createQueue(slots);
  queue.join('c');
  controller.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  await assert.rejects(slots.take('d', controller.signal), (error) => error === reason);
  release();
  await settled();
  assert.deepEqual(queue.served, ['c']);
});

test('an abort after the place was given takes nothing away', async () => {
  const slots = createSlots(1);
  const controller = new AbortController();
  const release = await slots.take('a', controller.signal);
  const queue = createQueue(slots);
  queue.join('b');
  controller.abort();
  await settled();
  assert.deepEqual(queue.served, []);
  release();
  await settled();
  assert.deepEqual(queue.served, ['b']);
});

test('a place that is given back twice is given on once', async () => {
  const slots = createSlots(1);
  const release = await slots.take('a');
  const queue = createQueue(slots);
  for (const name of ['b', 'c']) queue.join(name);
  release();
  release();
  await settled();
  assert.deepEqual(queue.served, ['b']);
});

test('a number of places that changes is followed', async () => {
  let places = 1;
  const queue = createQueue(createSlots(() => places));
  for (const name of ['a', 'b', 'c']) queue.join(name);
  await settled();
  places = 2;
  await queue.next();
  assert.deepEqual(queue.served, ['a', 'b', 'c']);
});
