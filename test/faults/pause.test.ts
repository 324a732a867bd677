/** A channel that an admin pauses, resumes and restarts: nothing is lost, nothing is said meanwhile, all is said after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openPlainStage } from '#test/product/plain.ts';
import type { Product } from '#test/product/product.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

const SEND_TIMEOUT_MS = '1500';
const LONG = Array.from({ length: 300 }, (_, n) => `word${n}`).join(' ');

interface Shown {
  name: string;
  state: string;
  since: string;
  action?: string;
  counters: { queued: number };
}

/** What an admin does with one channel, and sees of it. */
function handleOn(stage: Stage, name: string) {
  const act = async (what: 'pause' | 'resume' | 'restart'): Promise<Shown> => {
    const { status, body } = await stage.admin.call<Shown>('POST', `/v1/channels/${name}/${what}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const show = async (): Promise<Shown | undefined> => {
    const { body } = await stage.admin.call<{ data: Shown[] }>('GET', '/v1/channels');
    return body.data.find((channel) => channel.name === name);
  };
  const becomes = (state: string) => eventually(`${name} is ${state}`, async () => (await show())?.state === state);
  return { act, show, becomes };
}

async function healthOf({ url }: Product, name: string): Promise<string | undefined> {
  const response = await fetch(`${url}/readyz`);
  return ((await response.json()) as { channels: Record<string, string> }).channels[name];
}

test('a paused channel, in two processes', async (t) => {
  const stage = await openPlainStage(t, { env: { SEND_TIMEOUT_MS } });
  const { plain, model, database, admin, read } = stage;
  const { act, show, becomes } = handleOn(stage, 'plain');
  const heard = () => plain.waitFor(({ isHeard }) => isHeard);
  const sends = () => plain.callsOf('/send').length;
  const stored = () => database.find('messages', { role: 'user' });

  await stage.start();
  await stage.start();
  await heard();
  plain.say('anna', 'one');
  await eventually('one is answered', () => read('anna').length === 1);
  await database.quiet();

  await t.test('it is let go, whichever process holds it, and every process says so', async () => {
    const gate = model.gate();
    plain.say('ben', 'Do you wait?');
    await model.waitFor(({ requests }) => requests.length === 2);
    const paused = await act('pause');
    assert.equal(paused.state, 'paused');
    // It has hung up; the other end hears that a moment later.
    await plain.waitFor(({ isHeard }) => !isHeard);
    assert.match(paused.action ?? '', /resumed/);
    for (const product of stage.running()) {
      await eventually('health tells it', async () => (await healthOf(product, 'plain')) === 'paused');
    }
    gate.release();
  });

  await t.test('what would be said waits, and the job says why', async () => {
    const job = await eventually('the answer waits', async () =>
      (await admin.jobs('?kind=deliver&state=queued')).find(({ error }) => error?.code === 'channel_paused'),
    );
    assert.equal(job.text, 'Echo: Do you wait?');
    assert.deepEqual([(await show())?.counters.queued, job.attempts, sends()], [1, [], 1]);
  });

  await t.test('pausing it again changes nothing, and it cannot be restarted', async () => {
    const before = await show();
    assert.deepEqual(await act('pause'), before);
    const { status } = await admin.call('POST', '/v1/channels/plain/restart');
    assert.equal(status, 409);
  });

  await t.test('it stays paused when all processes die', async () => {
    for (const text of ['two', 'three']) plain.say('anna', text);
    await Promise.all(stage.running().map((product) => product.kill('SIGKILL')));
    const product = await stage.start();
    await eventually('it knows', async () => (await healthOf(product, 'plain')) === 'paused');
    plain.say('anna', 'four');
    assert.deepEqual([(await show())?.state, plain.isHeard, sends()], ['paused', false, 1]);
    assert.equal((await stored()).length, 2);
  });

  await t.test('resumed: what was missed is answered once and in order, and what waited is said', async () => {
    await act('resume');
    await becomes('ready');
    await eventually('all is answered', () => read('anna').length === 2 && read('ben').length === 1);
    await database.quiet();
    assert.deepEqual(read('anna'), ['Echo: one', 'Echo: two\n\nthree\n\nfour']);
    assert.deepEqual(read('ben'), ['Echo: Do you wait?']);
    assert.deepEqual(
      (await stored()).map(({ text }) => text),
      ['one', 'Do you wait?', 'two', 'three', 'four'],
    );
  });

  await t.test('resuming it again changes nothing', async () => {
    const { state } = await act('resume');
    assert.equal(state, 'ready');
  });

  await t.test('restarted: the connection is a new one, and what is said meanwhile is answered once', async () => {
    const before = await show();
    const restarting = act('restart');
    plain.say('anna', 'five');
    await restarting;
    await becomes('ready');
    assert.notEqual((await show())?.since, before?.since);
    await eventually('it is answered', () => read('anna').length === 3);
    await database.quiet();
    assert.equal(read('anna').at(-1), 'Echo: five');
  });

  await t.test('there is no such channel', async () => {
    for (const act of ['pause', 'resume', 'restart']) {
      assert.equal((await admin.call('POST', `/v1/channels/nothing/${act}`)).status, 404);
    }
  });
});

test('a channel that is paused while something is being said', async (t) => {
  const stage = await openPlainStage(t, { env: { SEND_TIMEOUT_MS } });
  const { plain, model, database, read } = stage;
  const { act, becomes } = handleOn(stage, 'plain');
  await stage.start();
  const ask = async (person: string, text = 'hello') => {
    await plain.waitFor(({ isHeard }) => isHeard);
    const before = plain.callsOf('/send').length;
    plain.say(person, text);
    await plain.waitFor((all) => all.callsOf('/send').length > before);
  };
  const resume = async () => {
    await act('resume');
    await becomes('ready');
    await database.quiet();
  };

  for (const [person, fault] of [
    ['anna', 'hang'],
    ['ben', 'acceptThenHang'],
  ] as const) {
    await t.test(`${fault}: the pause waits for the send, and what became of it is found out afterwards`, async () => {
      plain.faultNext('/send', fault);
      await ask(person);
      const paused = await act('pause');
      assert.deepEqual([paused.state, await database.find('deliveries', { state: 'sending' })], ['paused', []]);
      const calls = plain.callsOf('/send').length + plain.callsOf('/find').length;
      await resume();
      assert.deepEqual(read(person), ['Echo: hello']);
      assert.ok(plain.callsOf('/send').length + plain.callsOf('/find').length > calls);
    });
  }

  await t.test('a long answer: its other parts wait, and follow in order', async () => {
    model.reply = () => ({ text: LONG });
    plain.faultNext('/send', 'acceptThenHang');
    await ask('cleo');
    await act('pause');
    assert.equal(read('cleo').length, 1);
    await resume();
    assert.equal(read('cleo').join(''), LONG);
  });

  await t.test('an answer that is seen growing grows no more, and is finished afterwards', async () => {
    model.reply = () => ({ text: LONG.slice(0, 900), chunk: 10 });
    const gate = model.gate(20);
    await ask('dora');
    await act('pause');
    const edits = plain.callsOf('/edit').length;
    gate.release();
    await eventually('the answer is made, and waits', async () => {
      const [waiting] = await database.find('deliveries', { live: 'decided', 'error.code': 'channel_paused' });
      return waiting;
    });
    assert.equal(plain.callsOf('/edit').length, edits);
    await resume();
    assert.deepEqual(read('dora'), [LONG.slice(0, 900)]);
  });
});

test('a platform that keeps what we do not take: it is answered when the channel is resumed', async (t) => {
  const stage = await openStage(t);
  const { telegram, database } = stage;
  const { act } = handleOn(stage, 'telegram');
  await stage.start();
  const from = telegram.person();
  telegram.say({ from, text: 'one' });
  await telegram.waitFor(() => telegram.sentTo(from).length === 1);
  await act('pause');
  const calls = telegram.calls.length;
  telegram.say({ from, text: 'two' });
  telegram.say({ from, text: 'three' });
  assert.equal(telegram.pending, 2);
  await act('resume');
  const heard = () => telegram.sentTo(from).map(({ text }) => text.replace('Echo: ', ''));
  await telegram.waitFor(() => heard().join().endsWith('three'));
  await database.quiet();
  // Together or one after the other.
  assert.equal(heard().join('\n\n'), 'one\n\ntwo\n\nthree');
  assert.ok(telegram.calls.length > calls);
});

test('a channel that is called: paused, it takes nothing and says when to come again', async (t) => {
  const secret = 'a-webhook-secret';
  const stage = await openStage(t, { env: { TELEGRAM_WEBHOOK_SECRET: secret, PUBLIC_URL: 'http://127.0.0.1:9' } });
  const { telegram, database } = stage;
  const { act } = handleOn(stage, 'telegram');
  const product = await stage.start();
  const from = telegram.person();
  const chat = telegram.openChat(from);
  const bring = async () => {
    const message = { message_id: 7, date: Math.floor(Date.now() / 1000), chat, from, text: 'hello' };
    const response = await fetch(`${product.url}/webhooks/telegram`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
      body: JSON.stringify({ update_id: 7, message }),
    });
    return [response.status, response.headers.has('retry-after')];
  };
  await act('pause');
  assert.deepEqual(await bring(), [503, true]);
  assert.deepEqual(await database.find('messages'), []);
  await act('resume');
  assert.deepEqual(await bring(), [200, false]);
  await telegram.waitFor(() => telegram.sentTo(from).length === 1);
});

test('a channel that has failed, and rests: it is begun anew, or paused, at once', async (t) => {
  const stage = await openStage(t, { env: { TELEGRAM_BOT_TOKEN: '777000123:AAno-longer-good' } });
  const { act, show, becomes } = handleOn(stage, 'telegram');
  await stage.start();
  await becomes('failed');
  const before = await show();
  await act('restart');
  const again = await eventually('it has failed again', async () => {
    const now = await show();
    return now?.state === 'failed' && now.since !== before?.since && now;
  });
  assert.equal(again.action, before?.action);
  assert.equal((await act('pause')).state, 'paused');
  await act('resume');
  await becomes('failed');
});
