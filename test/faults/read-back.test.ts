/** P5 where the platform can be asked: what is unknown is looked up, and neither said twice nor left unsaid. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openPlainStage } from '#test/product/plain.ts';

const SEND_TIMEOUT_MS = '1500';
/** Two parts on this platform. */
const LONG = Array.from({ length: 200 }, (_, n) => `word${n}`).join(' ');

test('a send whose outcome nobody knows, on a platform that can be asked', async (t) => {
  const stage = await openPlainStage(t, { env: { SEND_TIMEOUT_MS } });
  let product = await stage.start();
  const { plain, database, admin, model, read } = stage;
  const settled = () => database.quiet();
  const hear = async (person: string): Promise<string[]> => {
    await plain.waitFor(({ isHeard }) => isHeard);
    plain.say(person, 'hello');
    await plain.waitFor((all) => all.callsOf('/send').some(({ chat }) => chat === person));
    await settled();
    return read(person);
  };
  const tries = async (person: string) => {
    const [delivery] = await database.find('deliveries', { 'to.externalId': person });
    const all = (delivery?.['tries'] ?? []) as { certain?: boolean }[];
    return [delivery?.['state'], all.map(({ certain }) => certain)];
  };

  for (const [person, fault] of [
    ['anna', 'acceptThenHang'],
    ['ben', 'acceptThenReset'],
    ['cleo', { status: 500 }],
    ['dora', 'hang'],
    ['emil', 'reset'],
  ] as const) {
    await t.test(`${JSON.stringify(fault)}: it is looked up, and said once`, async () => {
      plain.faultNext('/send', fault);
      assert.deepEqual(await hear(person), ['Echo: hello']);
      const hadArrived = JSON.stringify(fault).includes('accept');
      assert.deepEqual(await tries(person), ['sent', hadArrived ? [false, undefined] : [false, true, undefined]]);
    });
  }

  await t.test('what is not there is said again under the same key, by a new intent', async () => {
    const keys = plain.callsOf('/send').flatMap(({ chat, key }) => (chat === 'dora' ? [key] : []));
    assert.deepEqual(keys, [keys[0], keys[0]]);
  });

  await t.test(
    'a look that fails is tried again later, and counts for nothing where nobody could be asked',
    async () => {
      for (const [person, status, expected] of [
        ['fred', 500, [false, false, undefined]],
        ['gina', 503, [false, undefined]],
      ] as const) {
        plain.faultNext('/send', 'acceptThenHang');
        plain.faultNext('/find', { status });
        assert.deepEqual(await hear(person), ['Echo: hello']);
        assert.deepEqual(await tries(person), ['sent', expected]);
      }
    },
  );

  await t.test('a look that is refused for good leaves it to an admin', async () => {
    plain.faultNext('/send', 'acceptThenHang');
    plain.faultNext('/find', { status: 403 });
    assert.deepEqual(await hear('kim'), ['Echo: hello']);
    assert.deepEqual(await tries('kim'), ['unknown', [false, false]]);
    const [job] = await admin.jobs('?state=unknown');
    assert.equal((await admin.resolve(job?.id ?? '', 'sent')).status, 200);
  });

  await t.test('the process dies in the send: the next one looks it up', async () => {
    for (const [person, fault] of [
      ['hans', 'acceptThenHang'],
      ['ida', 'hang'],
    ] as const) {
      await plain.waitFor(({ isHeard }) => isHeard);
      plain.faultNext('/send', fault);
      plain.say(person, 'hello');
      await plain.waitFor((all) => all.callsOf('/send').some(({ chat }) => chat === person));
      await product.kill('SIGKILL');
      product = await stage.start();
      await eventually(`${person} has an answer`, async () => (await tries(person))[0] === 'sent');
      assert.deepEqual(read(person), ['Echo: hello']);
    }
  });

  await t.test('of a long answer: what is not there is said before what follows it', async () => {
    model.reply = () => ({ text: LONG });
    plain.faultNext('/send', 'reset');
    plain.faultNext('/me', { status: 503 }); // so that the second part has to wait
    await hear('lena');
    assert.equal(read('lena').join(''), LONG);
    assert.deepEqual(await tries('lena'), ['sent', [false, true, true, undefined, undefined]]);
  });

  for (const fault of ['acceptThenHang', 'hang'] as const) {
    await t.test(`the first words of an answer that grows (${fault}): the answer is said once`, async () => {
      const gate = model.gate(3);
      model.reply = () => ({ text: 'The whole answer, word by word.', chunk: 4 });
      await plain.waitFor(({ isHeard }) => isHeard);
      plain.faultNext('/send', fault);
      plain.say(`jan-${fault}`, 'hello');
      await plain.waitFor((all) => all.callsOf('/send').some(({ chat }) => chat === `jan-${fault}`));
      gate.release();
      await settled();
      assert.deepEqual(read(`jan-${fault}`), ['The whole answer, word by word.']);
    });
  }
});
