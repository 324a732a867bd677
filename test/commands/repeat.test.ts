/** What the page repeats because it was not acknowledged, and what an admin replays, happens once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openStage } from '#test/product/stage.ts';

test('a command that the page sends again makes one conversation and one notice', async (t) => {
  const stage = await openStage(t, { env: { WEB_ACCESS: 'loopback' } });
  const { url } = await stage.start();
  const id = randomUUID();
  const send = () =>
    fetch(`${url}/webhooks/web`, { method: 'POST', body: JSON.stringify({ id, text: '/new Holidays' }) });
  const statuses = [(await send()).status, ...(await Promise.all([send(), send()])).map(({ status }) => status)];
  assert.deepEqual(statuses, [202, 202, 202]);
  await stage.database.quiet();
  assert.equal((await stage.database.find('conversations', { title: 'Holidays' })).length, 1);
  assert.equal((await stage.database.find('deliveries')).length, 1);
});

test('two failed turns of one chat that are replayed together are answered together, and neither stays queued', async (t) => {
  const stage = await openStage(t);
  const { telegram, model, admin } = stage;
  await stage.start();
  const ann = telegram.person();
  for (const text of ['one', 'two']) {
    const before = telegram.sentTo(ann).length;
    model.faultNext({ status: 401 });
    telegram.say({ from: ann, text });
    await telegram.waitFor(() => telegram.sentTo(ann).length > before);
    await stage.database.quiet();
  }
  const failed = await admin.jobs('?state=failed&order=asc');
  assert.equal(failed.length, 2);
  const gate = model.gate();
  for (const { id } of failed) assert.equal((await admin.replay(id)).status, 202);
  gate.release();
  await eventually('both turns have ended', async () => {
    const jobs = await Promise.all(failed.map(({ id }) => admin.job(id)));
    // Answered one after the other, or the second together with the first.
    return jobs.every(({ state, error }) => state === 'done' || error?.code === 'answered_together');
  });
  await stage.database.quiet();
  const [conversation] = await admin.conversations();
  const answers = (await admin.messages(conversation?.id ?? '')).filter(({ role }) => role === 'agent');
  assert.ok(answers.length >= 1 && answers.length <= 2);
});
