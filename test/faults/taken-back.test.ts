/** What a person has taken back is never said afterwards, whatever is found out about it later (P2, P5). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { openDiscordStage } from '#test/product/discord.ts';
import { eventually, within } from '#test/product/eventually.ts';
import { openPlainStage } from '#test/product/plain.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
import type { Stage } from '#test/product/stage.ts';
import { openSlackStage } from '#test/slack/stage.ts';

/** A bit more than two parts on the smallest platform. */
const LONG = Array.from({ length: 300 }, (_, n) => `word${n}`).join(' ');
const MONGODB_7 = 21;
/** The intent for a part of a delivery that is in the worker's hands already. */
// oxlint-disable-next-line no-control-regex
const AGAIN = /update\0.{4}deliveries\0(?!.*leaseHolder).*sending/s;

/** The answer's job as an admin sees it, once nothing is to be done about it any more. */
async function settledJob({ admin, database }: Stage, chat: string) {
  const find = async () => (await database.find('deliveries', { 'to.externalId': chat, kind: 'message' }))[0];
  const { _id } = await eventually(`the answer in ${chat} is settled`, async () => {
    const delivery = await find();
    return delivery?.['isOpen'] === false && delivery;
  });
  const { state, attempts } = await admin.job(_id);
  return { state, tries: attempts.map(({ certain }) => certain ?? 'yes') };
}

test('/stop on Slack, when nobody knows whether the answer arrived', async (t) => {
  const stage = await openSlackStage(t);
  await stage.connect();
  const { slack, database, read } = stage;
  /** Somebody asks, and the answer's send goes wrong like this. */
  const ask = async (fault: 'reset' | 'acceptThenReset') => {
    const from = slack.person();
    const home = slack.direct(from);
    slack.faultNext('chat.postMessage', fault);
    slack.say({ from, text: 'hello' });
    await eventually('nobody knows', async () => {
      const [delivery] = await database.find('deliveries', { 'to.externalId': home.id, 'parts.state': 'unknown' });
      return delivery?.['state'] === 'queued';
    });
    const looks = () => slack.callsOf('conversations.history').filter(({ args }) => args['channel'] === home.id).length;
    return {
      looks,
      stop: () => slack.say({ from, text: '/stop' }),
      reads: (...texts: string[]) => slack.waitFor(() => read(home).join() === texts.join()),
      end: async () => ({ ...(await settledJob(stage, home.id)), read: read(home) }),
    };
  };
  const [absent, there, late] = [await ask('reset'), await ask('acceptThenReset'), await ask('reset')];

  await t.test('the person is told at once, and what is found to have arrived is sent, and stays', async () => {
    for (const { stop } of [absent, there]) stop();
    await absent.reads('Stopped.');
    await there.reads('Echo: hello', 'Stopped.');
    assert.deepEqual(await there.end(), {
      state: 'sent',
      tries: [false, 'yes'],
      read: ['Echo: hello', 'Stopped.'],
    });
  });

  await t.test('a /stop that comes while it is looked for is in time', async () => {
    // The first look comes too early to prove anything.
    await slack.waitFor(() => absent.looks() === 1 && late.looks() === 1, 20_000);
    slack.faultNext('conversations.history', { slow: 5_000 }, 2);
    await slack.waitFor(() => late.looks() === 2, 20_000);
    late.stop();
    await late.reads('Stopped.');
    assert.deepEqual(await late.end(), { state: 'cancelled', tries: [false, true], read: ['Stopped.'] });
  });

  await t.test('what is proved absent is cancelled, and not said', async () => {
    assert.deepEqual(await absent.end(), { state: 'cancelled', tries: [false, true], read: ['Stopped.'] });
    await database.quiet();
    assert.equal(slack.callsOf('chat.postMessage').length, 6);
  });
});

test('/stop on Discord, which finds out by saying it again', async (t) => {
  const stage = await openDiscordStage(t, { env: { SEND_TIMEOUT_MS: '6000' } });
  await stage.begin();
  const { discord, read, reads } = stage;
  const from = discord.person();
  const home = discord.direct(from);
  const [looks, sends] = [discord.count('getMessages'), discord.count('createMessage')];
  discord.faultNext('createMessage', 'reset');
  discord.faultNext('getMessages', { slow: 4_000 });
  discord.say({ from, content: 'hello' });
  await discord.waitFor(() => discord.count('getMessages') > looks, 20_000);
  discord.say({ from, content: '/stop' });
  await reads(home, 'Stopped.');
  const { state } = await settledJob(stage, home.id);
  assert.deepEqual([state, read(home), discord.count('createMessage') - sends], ['cancelled', ['Stopped.'], 2]);
});

test('/stop in the moment in which something is about to be said', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri, { wireVersion: MONGODB_7 });
  const stage = await openPlainStage(t, {
    env: { SEND_TIMEOUT_MS: '700' },
    via: { mongodbUri: mongodb.via },
  });
  const product = await stage.start();
  const { plain, model, database, admin, read } = stage;
  const ask = async (person: string) => {
    await plain.waitFor(({ isHeard }) => isHeard, 20_000);
    plain.say(person, 'hello');
  };
  const stop = async (person: string) => {
    plain.say(person, '/stop');
    await eventually(`${person} has stopped it`, async () => {
      return (await database.find('deliveries', { 'to.externalId': person, kind: 'notice' })).length > 0;
    });
  };
  const end = async (person: string) => {
    const { state } = await settledJob(stage, person);
    await database.quiet();
    return [state, read(person)];
  };

  await t.test('it was proved absent, and the intent to say it again comes too late', async () => {
    plain.faultNext('/send', 'hang');
    const isDue = mongodb.stopAt({ says: AGAIN, where: 'before' });
    await ask('anna');
    await within(10_000, 'it is about to be said again', isDue);
    await stop('anna');
    mongodb.resume();
    assert.deepEqual(await end('anna'), ['cancelled', ['Stopped.']]);
  });

  await t.test('a long answer, whose first part is being said: the others are not said', async () => {
    model.reply = () => ({ text: LONG });
    const before = plain.callsOf('/send').length;
    plain.faultNext('/send', 'acceptThenHang');
    await ask('ben');
    await plain.waitFor((all) => all.callsOf('/send').length > before);
    await stop('ben');
    assert.deepEqual(await end('ben'), ['cancelled', [LONG.slice(0, 1000), 'Stopped.']]);
  });

  await t.test('a long answer that was seen growing: all that stands there is removed', async () => {
    model.reply = () => ({ text: LONG, chunk: 40 });
    const gate = model.gate(20);
    await ask('dora');
    await plain.waitFor((all) => all.messagesIn('dora').some(({ from }) => from === 'bot'));
    plain.faultNext('/send', 'acceptThenHang');
    gate.release();
    await plain.waitFor((all) => all.messagesIn('dora').filter(({ from }) => from === 'bot').length === 2);
    await stop('dora');
    assert.deepEqual(await end('dora'), ['cancelled', ['Stopped.']]);
  });

  await t.test('a conversation that is erased while a long answer is said: what follows is not said', async () => {
    model.reply = () => ({ text: LONG });
    plain.faultNext('/send', 'acceptThenHang');
    await ask('emil');
    await plain.waitFor((all) => all.messagesIn('emil').some(({ from }) => from === 'bot'));
    const [delivery] = await database.find('deliveries', { 'to.externalId': 'emil' });
    const headers = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET };
    const address = `${product.url}/v1/conversations/${String(delivery?.['conversationId'])}`;
    assert.equal((await fetch(address, { method: 'DELETE', headers })).status, 204);
    await database.quiet();
    assert.deepEqual(read('emil'), [LONG.slice(0, 1000)]);
  });

  await t.test('nobody finds out: an admin who says that it did not arrive has it cancelled', async () => {
    model.reply = () => ({ text: 'An answer.' });
    const before = plain.callsOf('/send').length;
    plain.faultNext('/send', 'hang');
    plain.faultNext('/find', { status: 403 });
    await ask('cleo');
    await plain.waitFor((all) => all.callsOf('/send').length > before);
    await stop('cleo');
    assert.deepEqual(await end('cleo'), ['unknown', ['Stopped.']]);
    const [job] = await admin.jobs('?state=unknown');
    assert.equal((await admin.resolve(job?.id ?? '', 'not_sent')).status, 200);
    assert.deepEqual(await end('cleo'), ['cancelled', ['Stopped.']]);
  });
});
