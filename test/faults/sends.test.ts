/** What Telegram may do to a send, and what becomes of it: P5, and that one chat's trouble is no other's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from 'grammy/types';
import type { Fault } from '#test/standins/telegram/index.ts';
import { holdToBound } from '#test/busy.ts';
import type { Job } from '#test/product/admin.ts';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { jobOf } from '#test/product/jobs.ts';
import { openStage } from '#test/product/stage.ts';

const SEND_TIMEOUT_MS = 1500;

test('a send that goes wrong', async (t) => {
  const stage = await openStage(t, { env: { SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) } });
  await stage.start();
  const { telegram, admin } = stage;
  const everybody = gather(stage, 0);

  /** Somebody new says something while sends fail like this. */
  const ask = (fault: Fault, times = 1): User => {
    const person = telegram.person();
    everybody.people.push(person);
    telegram.faultNext('sendMessage', fault, times);
    everybody.say(person);
    return person;
  };
  const delivered = (person: User, state: string, tries?: number): Promise<Job> =>
    jobOf(stage, person, 'deliver', state, tries);
  const heard = (person: User): number => telegram.sentTo(person).length;

  for (const fault of ['acceptThenHang', 'acceptThenReset', 'hang', 'reset'] as const) {
    const hasArrived = fault.startsWith('accept');
    await t.test(`${fault}: nobody knows, it is shown, and not sent again until an admin says so`, async () => {
      const person = ask(fault);
      const { id, error, attempts } = await delivered(person, 'unknown');
      assert.equal(error?.code, 'outcome_unknown');
      assert.deepEqual(
        attempts.map(({ certain }) => certain),
        [false],
      );
      assert.equal((await admin.replay(id)).status, 409);
      const { status } = await admin.resolve(id, hasArrived ? 'sent' : 'not_sent');
      assert.equal(status, 200);
      await delivered(person, 'sent');
      assert.equal(heard(person), 1);
      assert.equal((await admin.resolve(id, 'not_sent')).status, 409, 'what is sent is not resolved again');
    });
  }

  await t.test('after a silence the account is asked whether it is there before more is said', async () => {
    const [probes, silent] = [telegram.count('getMe'), ask('hang')];
    const { id } = await delivered(silent, 'unknown');
    const other = telegram.person();
    everybody.people.push(other);
    telegram.faultNext('getMe', { status: 500 });
    everybody.say(other);
    await delivered(other, 'sent');
    assert.equal(telegram.count('getMe') - probes, 2, 'the first probe failed, and nothing was said until the second');
    assert.equal(heard(other), 1);
    await admin.resolve(id, 'not_sent');
    await delivered(silent, 'sent');
  });

  for (const fault of ['html502', { status: 500 }] satisfies Fault[]) {
    await t.test(`${JSON.stringify(fault)}: certainly not sent, so it is tried again after a second`, async () => {
      const person = ask(fault);
      const { attempts } = await delivered(person, 'sent');
      assert.deepEqual(
        attempts.map(({ certain }) => certain),
        [true, undefined],
      );
      const [failed, sent] = attempts.map(({ at }) => Date.parse(at));
      assert.ok((sent ?? 0) - (failed ?? 0) >= 1000, 'not before a second');
      assert.equal(heard(person), 1);
    });
  }

  await t.test('what waits for its next try is tried at once when an admin says so', async () => {
    const person = ask({ status: 500 }, 3);
    // By itself it is tried again after one second, after four and after fifteen.
    for (const tries of [2, 3]) {
      const { id } = await delivered(person, 'queued', tries);
      assert.equal((await admin.replay(id)).status, 202);
    }
    const { attempts } = await delivered(person, 'sent');
    const [, , third = 0, fourth = 0, ...others] = attempts.map(({ at }) => Date.parse(at));
    assert.ok(fourth - third < 15_000, `${fourth - third} ms after the third try`);
    assert.deepEqual(others, []);
  });

  await t.test('a 429 is waited for exactly and uses up no try; others are not kept waiting', async (t) => {
    const person = ask({ status: 429, retry_after: 2 });
    const queued = await delivered(person, 'queued', 1);
    const other = telegram.person();
    everybody.people.push(other);
    everybody.say(other);
    await delivered(other, 'sent');
    assert.equal(heard(person), 0, 'the other chat did not wait');
    await delivered(person, 'sent');
    const [refused, sent] = telegram.callsOf('sendMessage').filter(({ payload }) => payload['chat_id'] === person.id);
    const waited = (sent?.at ?? 0) - (refused?.at ?? 0);
    assert.ok(waited >= 2000, `waited ${waited} ms`);
    holdToBound(t, waited < 3500, `waited ${waited} ms`);
    const [stored] = await stage.database.find('deliveries', { _id: queued.id });
    assert.equal(stored?.['attempts'], 1);
  });

  await t.test('who has blocked the bot gets nothing, and a replay is tried and fails again', async () => {
    const person = telegram.person();
    everybody.people.push(person);
    telegram.openChat(person);
    const gate = stage.model.gate();
    everybody.say(person);
    await stage.model.waitFor(({ active }) => active > 0);
    telegram.block(person);
    gate.release();
    const { id, error } = await delivered(person, 'failed');
    assert.equal(error?.code, 'blocked');
    assert.equal((await admin.replay(id)).status, 202);
    assert.equal((await delivered(person, 'failed', 2)).error?.code, 'blocked');
    telegram.unblock(person);
    assert.equal((await admin.replay(id)).status, 202);
    await delivered(person, 'sent');
    assert.equal(heard(person), 1);
  });

  await t.test('what is replayed does not come between the parts of a long answer that has to wait', async () => {
    const person = ask({ status: 403 });
    const { id } = await delivered(person, 'failed');
    const { reply } = stage.model;
    stage.model.reply = (messages) => `${messages.at(-1)?.content} ${'long answer '.repeat(900)}`;
    telegram.faultNext('sendMessage', { slow: 100 });
    telegram.faultNext('sendMessage', { status: 429, retry_after: 3 });
    everybody.say(person);
    await delivered(person, 'queued', 2);
    assert.equal((await admin.replay(id)).status, 202);
    await stage.database.quiet();
    stage.model.reply = reply;
    const beginnings = telegram.sentTo(person).map(({ text }) => text.slice(0, 4));
    assert.deepEqual(beginnings.indexOf('Echo'), beginnings.length - 1, beginnings.join());
    everybody.people.pop(); // what was said to this one is not in the order in which it was asked
  });

  const { sent } = await checkNothingLost(stage, everybody);
  assert.equal(sent.length, everybody.people.length, 'in the end everybody is answered once');
});

test('a chat that hangs delays nobody', async (t) => {
  const stage = await openStage(t, { env: { SEND_TIMEOUT_MS: '60000' } });
  await stage.start();
  const { telegram, admin } = stage;
  const [slow, quick] = [telegram.person(), telegram.person()];
  telegram.faultNext('sendMessage', 'hang');
  telegram.say({ from: slow, text: 'hello' });
  await telegram.waitFor(({ calls }) => calls.some(({ payload }) => payload['chat_id'] === slow.id));
  telegram.say({ from: quick, text: 'hello' });
  await jobOf(stage, quick, 'deliver', 'sent');
  assert.equal((await admin.jobs('?state=sending')).length, 1, 'the slow one is still being sent');
});
