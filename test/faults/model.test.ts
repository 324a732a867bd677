/** What a model may do, and what the person and the admin learn of it: one honest message, a job, and a replay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelFault } from '#test/standins/model/index.ts';
import { holdToBound } from '#test/busy.ts';
import { gather } from '#test/product/crowd.ts';
import { jobOf } from '#test/product/jobs.ts';
import { openStage } from '#test/product/stage.ts';

const FAILURES: [name: string, fault: ModelFault, code: string, told: RegExp, times: number][] = [
  ['a refused key', { status: 401 }, 'model_key_refused', /not set up correctly/, 1],
  ['a model that does not exist', { status: 404 }, 'model_not_found', /not set up correctly/, 1],
  ['a used-up quota', { status: 429, code: 'insufficient_quota' }, 'model_quota_exceeded', /allowance/, 1],
  ['a filtered answer', { finish: 'content_filter', text: '' }, 'model_refused', /does not want to talk/, 1],
  ['a model that is too slow', 'hang', 'model_timeout', /took too long/, 1],
  ['an answer that breaks off, at each try', { cutAfter: 1 }, 'model_cut_off', /broke in the middle/, 9],
  ['an empty answer, at each try', 'empty', 'model_empty', /empty answer/, 9],
  ['a model that is broken', { status: 500 }, 'model_failed', /had an error/, 9],
];

/** Time for three tries, and none for a fourth. */
const MODEL_TIMEOUT_MS = '2500';

test('a model that fails', async (t) => {
  const stage = await openStage(t, { env: { MODEL_TIMEOUT_MS } });
  await stage.start();
  const { telegram, model, admin } = stage;
  // The first question also loads the library, for which there may not be time enough.
  const first = telegram.person();
  telegram.say({ from: first, text: 'hello' });
  await telegram.waitFor(() => telegram.sentTo(first).length === 1);

  for (const [name, fault, code, told, times] of FAILURES) {
    await t.test(`${name}: the person is told once, the job says why, and a replay answers`, async (t) => {
      t.after(() => model.clearFaults());
      const crowd = gather(stage, 1);
      const [person] = crowd.people;
      assert.ok(person);
      model.faultNext(fault, times);
      crowd.say(person);
      const job = await jobOf(stage, person, 'reply', 'failed');
      assert.equal(job.error?.code, code);
      await jobOf(stage, person, 'deliver', 'sent');
      assert.match(telegram.sentTo(person)[0]?.text ?? '', told);
      model.clearFaults();
      assert.equal((await admin.replay(job.id)).status, 202);
      assert.equal((await jobOf(stage, person, 'reply', 'done')).id, job.id);
      await telegram.waitFor(() => telegram.sentTo(person).length === 2);
      assert.deepEqual(telegram.sentTo(person)[1]?.text, `Echo: ${crowd.marksOf(person)[0]}`);
      assert.equal((await admin.replay(job.id)).status, 409, 'what is answered is not answered again');
    });
  }

  await t.test('two that fail for a moment are answered after another try, and nobody notices', async () => {
    const person = telegram.person();
    model.faultNext('empty');
    telegram.say({ from: person, text: 'hello' });
    await jobOf(stage, person, 'deliver', 'sent');
    assert.deepEqual(
      telegram.sentTo(person).map(({ text }) => text),
      ['Echo: hello'],
    );
  });

  await t.test('several failed answers of one person, replayed one after the other, are all given', async (t) => {
    const crowd = gather(stage, 1);
    const [person] = crowd.people;
    assert.ok(person);
    const failed: string[] = [];
    for (const count of [1, 2, 3]) {
      model.faultNext({ status: 401 });
      crowd.say(person);
      await telegram.waitFor(() => telegram.sentTo(person).length === count);
      failed.push((await jobOf(stage, person, 'reply', 'failed')).id);
    }
    assert.equal(new Set(failed).size, 3);
    const gate = model.gate();
    for (const id of failed) assert.equal((await admin.replay(id)).status, 202);
    gate.release();
    const releasedAt = Date.now();
    await stage.database.quiet();
    const took = Date.now() - releasedAt;
    holdToBound(t, took <= 8_000, `given after ${took} ms`);
    const answered = telegram
      .sentTo(person)
      .slice(3)
      .flatMap(({ text }) => text.match(/w\d+-\d+/g) ?? []);
    assert.deepEqual(answered, crowd.marksOf(person));
  });

  await stage.database.quiet();
});
