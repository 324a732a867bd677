/** Jobs over HTTP: an admin finds what failed, and tries it again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from '#test/product/stage.ts';

test('jobs over HTTP', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model } = stage;
  const { url } = await stage.start();
  const ann = telegram.person({ first_name: 'Ann' });
  model.faultNext({ status: 401 });
  telegram.say({ from: ann, text: 'a question with a long text, long enough to be cut in the list of all the jobs' });
  await telegram.waitFor(() => telegram.sentTo(ann).length === 1);
  await stage.database.quiet();

  await t.test('a turn that failed is found by state, kind, error and app, with what was asked', async () => {
    for (const query of [
      '?state=failed',
      '?kind=reply',
      '?error=model_key_refused',
      '?app=telegram&state=failed,unknown',
    ]) {
      const [job, ...others] = await admin.jobs(query);
      assert.deepEqual(others, []);
      assert.partialDeepStrictEqual(job, { kind: 'reply', state: 'failed', error: { code: 'model_key_refused' } });
      assert.match(job?.text ?? '', /^a question with a long text/);
      assert.ok((job?.text ?? '').length <= 80);
      assert.equal(job?.attempts.length, 1);
    }
    assert.deepEqual(await admin.jobs('?kind=webhook'), []);
    assert.deepEqual(await admin.jobs('?olderThan=0'), []);
    assert.deepEqual(await admin.jobs(`?until=${encodeURIComponent('2020-01-01T00:00:00Z')}`), []);
  });

  await t.test('an unknown state or kind is refused', async () => {
    for (const query of ['state=lost', 'kind=dream', 'since=yesterday', 'olderThan=-1', 'olderThan=1e17']) {
      assert.equal((await admin.call('GET', `/v1/jobs?${query}`)).status, 422);
    }
  });

  await t.test('of two replays at once one gets 202, the other 409; the person is answered once', async () => {
    const [failed] = await admin.jobs('?state=failed');
    const gate = model.gate();
    const both = await Promise.all([admin.replay(failed?.id ?? ''), admin.replay(failed?.id ?? '')]);
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [202, 409],
    );
    gate.release();
    await telegram.waitFor(() => telegram.sentTo(ann).length === 2);
    await stage.database.quiet();
    assert.equal((await admin.job(failed?.id ?? '')).state, 'done');
    assert.equal(telegram.sentTo(ann).length, 2);
    assert.equal((await admin.replay(failed?.id ?? '')).status, 409);
  });

  await t.test('what is sent cannot be replayed or resolved, and what is not there is not found', async () => {
    const [sent] = await admin.jobs('?kind=deliver&state=sent');
    assert.equal((await admin.replay(sent?.id ?? '')).status, 409);
    assert.equal((await admin.resolve(sent?.id ?? '', 'sent')).status, 409);
    for (const id of ['trn_none', 'dlv_none', 'xyz']) {
      assert.equal((await admin.call('GET', `/v1/jobs/${id}`)).status, 404);
      assert.equal((await admin.replay(id)).status, 404);
    }
  });

  await t.test('a delivery that was refused is failed; replayed, it is tried again', async () => {
    telegram.block(ann);
    const sends = telegram.count('sendMessage');
    telegram.say({ from: ann, text: 'can you hear me?' });
    await telegram.waitFor(() => telegram.count('sendMessage') > sends);
    await stage.database.quiet();
    const [failed] = await admin.jobs('?kind=deliver&state=failed');
    assert.equal(failed?.error?.code, 'blocked');
    telegram.unblock(ann);
    const count = telegram.sentTo(ann).length;
    assert.equal((await admin.replay(failed?.id ?? '')).status, 202);
    await telegram.waitFor(() => telegram.sentTo(ann).length > count);
    await stage.database.quiet();
    assert.equal((await admin.job(failed?.id ?? '')).state, 'sent');
  });

  await t.test('an event that could not be read is kept raw, shown, and can be read again', async () => {
    telegram.push({ message: { message_id: 'not a number', chat: 'nowhere' } });
    await telegram.waitFor(() => telegram.pending === 0);
    const [unread] = await admin.unread();
    assert.match(unread?.raw ?? '', /not a number/);
    const { status } = await admin.call('POST', `/v1/unread/${unread?.id}/replay`);
    assert.equal(status, 422);
    assert.equal((await fetch(`${url}/v1/unread`)).status, 403);
  });
});
