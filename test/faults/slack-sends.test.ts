/** P5 on Slack: a send whose outcome nobody knows is looked up, and neither said twice nor left unsaid. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { openSlackStage } from '#test/slack/stage.ts';

const SEND = 'chat.postMessage';

test('a send to Slack whose outcome nobody knows', async (t) => {
  const stage = await openSlackStage(t, { env: { SEND_TIMEOUT_MS: '1500' } });
  let product = await stage.connect();
  const { slack, database, read } = stage;
  const sendsTo = (id: string): number => slack.callsOf(SEND).filter(({ args }) => args['channel'] === id).length;
  const settled = async (id: string) => {
    await eventually(`the delivery to ${id} is settled`, async () => {
      const [delivery] = await database.find('deliveries', { 'to.externalId': id });
      return delivery?.['state'] === 'sent';
    });
    const [delivery] = await database.find('deliveries', { 'to.externalId': id });
    return ((delivery?.['tries'] ?? []) as { certain?: boolean }[]).map(({ certain }) => certain);
  };
  const ask = async (fault: 'acceptThenHang' | 'acceptThenReset' | 'hang' | 'reset' | { status: number }) => {
    const anna = slack.person();
    const home = slack.direct(anna);
    slack.faultNext(SEND, fault);
    slack.say({ from: anna, text: 'hello' });
    await slack.waitFor(() => sendsTo(home.id) === 1);
    return home;
  };

  for (const fault of ['acceptThenHang', 'acceptThenReset'] as const) {
    await t.test(`${fault}: it is found, and not said twice`, async () => {
      const home = await ask(fault);
      assert.deepEqual(await settled(home.id), [false, undefined]);
      assert.deepEqual([read(home), sendsTo(home.id)], [['Echo: hello'], 1]);
    });
  }

  for (const fault of ['hang', 'reset', { status: 500 }] as const) {
    await t.test(`${JSON.stringify(fault)}: it is proved absent, and said once`, async () => {
      const home = await ask(fault);
      const tries = await settled(home.id);
      assert.deepEqual([tries[0], tries.at(-1)], [false, undefined]);
      assert.ok(tries.slice(1, -1).includes(true), `it was proved absent: ${JSON.stringify(tries)}`);
      assert.deepEqual([read(home), sendsTo(home.id)], [['Echo: hello'], 2]);
    });
  }

  for (const fault of ['acceptThenHang', 'hang'] as const) {
    await t.test(`the product is killed in the send (${fault}): there is one message in the end`, async () => {
      const home = await ask(fault);
      await product.kill('SIGKILL');
      product = await stage.connect();
      await settled(home.id);
      await database.quiet();
      assert.deepEqual([read(home), sendsTo(home.id)], [['Echo: hello'], fault === 'hang' ? 2 : 1]);
    });
  }
});
