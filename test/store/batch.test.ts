import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatchReader } from '#src/store/batch.ts';

/** A source whose answers are given when the test says so. */
function createSource() {
  const asked: { keys: string[]; give: PromiseWithResolvers<Map<string, string>> }[] = [];
  const read = createBatchReader<string>((keys) => {
    const give = Promise.withResolvers<Map<string, string>>();
    asked.push({ keys, give });
    return give.promise;
  });
  return { asked, read };
}

/** Some turns of the event loop, in which everything happens that is going to. */
async function settled(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

const asMap = (...keys: string[]) => new Map(keys.map((key) => [key, key.toUpperCase()]));

test('what is asked in one moment is one read, and each gets what is theirs', async () => {
  const { asked, read } = createSource();
  const answers = Promise.all([read('a'), read('b'), read('a'), read('none')]);
  await settled();
  asked[0]?.give.resolve(asMap('a', 'b'));
  assert.deepEqual(await answers, ['A', 'B', 'A', undefined]);
  assert.deepEqual(
    asked.map(({ keys }) => keys),
    [['a', 'b', 'none']],
  );
});

test('what is asked while a read is under way waits for the next, so that it sees what was written meanwhile', async () => {
  const { asked, read } = createSource();
  const first = read('a');
  await settled();
  const later = [read('a'), read('b')];
  await settled();
  assert.equal(asked.length, 1);
  asked[0]?.give.resolve(asMap('a'));
  await first;
  await settled();
  asked[1]?.give.resolve(asMap('a', 'b'));
  assert.deepEqual(await Promise.all(later), ['A', 'B']);
  assert.deepEqual(
    asked.map(({ keys }) => keys),
    [['a'], ['a', 'b']],
  );
});

test('a read that fails is told to those who asked for it, and to nobody else', async () => {
  const { asked, read } = createSource();
  const first = read('a');
  await settled();
  const second = read('b');
  asked[0]?.give.reject(new Error('away'));
  await assert.rejects(first, /away/);
  await settled();
  asked[1]?.give.resolve(asMap('b'));
  assert.equal(await second, 'B');
});
