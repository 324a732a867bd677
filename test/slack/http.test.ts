/** Signed HTTP calls: proved by their signature, answered when they are stored. */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import type { TestContext } from 'node:test';
import type { Channel, WebhookRequest } from '#src/channel.ts';
import { BridgeError } from '#src/errors.ts';
import { startHost } from '#test/standins/host.ts';
import { encode, sign } from '#test/standins/slack/deliver.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import type { SlackOptions, SlackStandin } from '#test/standins/slack/index.ts';
import { createStore, envOf, listenTo, makeChannel } from './app.ts';
import type { Told } from './app.ts';

/** The HTTP layer, as small as can be. */
async function serve(t: TestContext, channel: Channel, told: Told): Promise<string> {
  const take = async (request: WebhookRequest) => {
    try {
      return (await channel.receive?.(request, told.emit)) ?? { status: 404 };
    } catch (error) {
      return { status: error instanceof BridgeError ? error.status : 500 };
    }
  };
  const answer: RequestListener = (request, response) => {
    void buffer(request)
      .then((body) => take({ headers: request.headers, body }))
      .then(({ status, body }) => response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body)));
  };
  const host = await startHost(answer);
  t.after(() => host.down());
  return `${host.origin}/webhooks/slack`;
}

interface Scene {
  slack: SlackStandin;
  channel: Channel;
  told: Told;
}

async function startHttp(t: TestContext, options: SlackOptions = {}): Promise<Scene> {
  const slack = await startSlack(options);
  t.after(() => slack.stop());
  const channel = await makeChannel(envOf(slack, 'http'));
  const told = createStore();
  slack.requestUrl = await serve(t, channel, told);
  return { slack, channel, told };
}

/** A call as Slack would make it now. */
function signed(slack: SlackStandin, payload: object, seconds = Math.floor(Date.now() / 1000)): WebhookRequest {
  const { type, body } = encode('events_api', payload);
  const headers = { 'content-type': type, ...sign(slack.signingSecret, body, seconds) };
  return { headers, body: Buffer.from(body) };
}

test('events, commands and buttons are taken at one address', async (t) => {
  const { slack, told } = await startHttp(t);
  const anna = slack.person({ name: 'anna' });
  slack.say({ from: anna, text: 'grüße &amp; &lt;b&gt;' });
  slack.command({ from: anna, text: 'help me & you' });
  slack.press({ actions: [] });
  await slack.waitFor(({ deliveries }) => deliveries.every(({ state }) => state === 'accepted'));
  assert.deepEqual(
    slack.deliveries.map(({ status, body }) => [status, body]),
    [
      [200, ''],
      [200, ''],
      [200, ''],
    ],
  );
  const texts = told.stored.map((one) => (one.kind === 'message' ? one.text : one.kind));
  assert.deepEqual(texts.toSorted(), ['/help me & you', 'grüße & <b>']);
});

test('the question whether the address is ours is answered', async (t) => {
  const { slack, channel, told } = await startHttp(t);
  const asked = signed(slack, { token: 't', challenge: '3eZbrw1aB', type: 'url_verification' });
  assert.deepEqual(await channel.receive?.(asked, told.emit), { status: 200, body: { challenge: '3eZbrw1aB' } });
});

test('what cannot be stored is brought again, and taken like the first', async (t) => {
  const { slack, told } = await startHttp(t, { retryMs: [0, 10, 10] });
  told.refuse(2);
  slack.say({ from: slack.person(), text: 'hello' });
  await slack.waitFor(({ deliveries }) => deliveries[0]?.state === 'accepted');
  assert.deepEqual(told.refused, [told.stored, told.stored]);
});

test('a call that is not signed, wrongly signed, changed or older than five minutes is refused', async (t) => {
  const { slack, channel, told } = await startHttp(t);
  const event = { type: 'event_callback', event: { type: 'message' } };
  const good = signed(slack, event);
  const seconds = Math.floor(Date.now() / 1000);
  const forged: WebhookRequest[] = [
    { ...good, headers: {} },
    { ...good, headers: { 'x-slack-signature': good.headers['x-slack-signature'] } },
    { ...good, headers: { ...good.headers, 'x-slack-request-timestamp': 'soon' } },
    { ...good, headers: { ...good.headers, 'x-slack-signature': 'v0=abc' } },
    { ...good, headers: { ...good.headers, 'x-slack-signature': 'v1=abc' } },
    { ...good, headers: { ...good.headers, ...sign('another secret', good.body.toString(), seconds) } },
    { ...good, body: Buffer.from('{}') },
    { ...good, body: Buffer.alloc(0) },
    signed(slack, event, seconds - 301),
  ];
  for (const request of forged) {
    await assert.rejects(async () => channel.receive?.(request, told.emit), { name: 'SignatureError', status: 401 });
  }
  await channel.receive?.(signed(slack, event, seconds - 290), told.emit);
  assert.partialDeepStrictEqual(told.stored, [{ kind: 'unread' }]);
});

test('what is signed and no event is refused without repeating it', async (t) => {
  const { slack, channel, told } = await startHttp(t);
  for (const body of ['{"a private', '[]', '']) {
    const headers = sign(slack.signingSecret, body, Math.floor(Date.now() / 1000));
    const call = async () => channel.receive?.({ headers, body: Buffer.from(body) }, told.emit);
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof BridgeError && error.status === 400);
      assert.doesNotMatch(`${error.stack}`, /private/);
      return true;
    });
  }
});

test('where Slack calls us it is up while Slack knows us', async (t) => {
  const { slack, channel } = await startHttp(t);
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  assert.equal(slack.count('apps.connections.open'), 0);
  assert.equal(slack.count('auth.test'), 1);
});

test('beside a socket the same event by both ways is the same thing', async (t) => {
  const slack = await startSlack();
  t.after(() => slack.stop());
  const channel = await makeChannel({ ...envOf(slack), ...envOf(slack, 'http') });
  const listening = listenTo(t, channel);
  await listening.reported('ready');
  slack.say({ from: slack.person(), text: 'hello' });
  await listening.whenStored(1);
  slack.requestUrl = await serve(t, channel, listening);
  const [first] = slack.deliveries;
  assert.ok(first);
  slack.redeliver(first);
  const [one, other] = await listening.whenStored(2);
  assert.deepEqual(one, other);
});
