/** The Slack stand-in, seen by the real client library and by plain calls. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { webApi, LogLevel } from '@slack/bolt';
import { startHost } from './standins/host.ts';
import { startSlack, type SlackOptions, type SlackStandin } from './standins/slack/index.ts';
import { readManifest } from './standins/slack/manifest.ts';
import { findSpecials } from './standins/slack/specials.ts';

async function start(t: TestContext, options: SlackOptions = {}): Promise<SlackStandin> {
  const slack = await startSlack(options);
  t.after(() => slack.stop());
  return slack;
}

function clientOf({ apiUrl, botToken }: SlackStandin, token = botToken): webApi.WebClient {
  const options = { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return new webApi.WebClient(token, { ...options, logLevel: LogLevel.ERROR });
}

/** The error word of a refused call. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : error;
}

/** An address of the app's that answers with the given statuses in turn, and then 200. */
async function listenAt(t: TestContext, ...statuses: number[]) {
  const calls: { headers: Record<string, unknown>; body: string }[] = [];
  const answer: RequestListener = (request, response) => {
    void buffer(request).then((body) => {
      calls.push({ headers: request.headers, body: body.toString() });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  };
  const host = await startHost(answer);
  t.after(() => host.down());
  return { url: host.origin, calls };
}

test('the library is told who it is, says something, and finds it in the history, newest first', async (t) => {
  const slack = await start(t);
  const web = clientOf(slack);
  assert.partialDeepStrictEqual(await web.auth.test(), { ok: true, user_id: slack.bot.userId, team_id: slack.teamId });
  const { id: channel } = slack.direct(slack.person());
  const metadata = { event_type: 'e', event_payload: { key: 'k' } };
  const posts = ['one', 'two', 'three'].map((text) => ({ channel, text, metadata }));
  for (const post of posts) await web.apiCall('chat.postMessage', post);
  const first = await web.conversations.history({ channel, limit: 2 });
  assert.deepEqual(
    first.messages?.map(({ text }) => text),
    ['three', 'two'],
  );
  assert.equal(first.has_more, true);
  const cursor = first.response_metadata?.next_cursor ?? '';
  const rest = await web.conversations.history({ channel, limit: 2, cursor, include_all_metadata: true });
  assert.partialDeepStrictEqual(rest.messages, [{ text: 'one', metadata }]);
  assert.equal('metadata' in (first.messages?.[0] ?? {}), false);
});

test('a thread is read from its beginning, and is not in the history of its channel', async (t) => {
  const slack = await start(t);
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const root = slack.say({ from: anna, in: general, text: 'root' });
  const reply = slack.say({ from: anna, in: general, thread: root, text: 'reply' });
  const web = clientOf(slack);
  const { messages } = await web.conversations.history({ channel: general.id });
  assert.partialDeepStrictEqual(messages, [{ text: 'root', reply_count: 1, latest_reply: reply.ts }]);
  const thread = await web.conversations.replies({ channel: general.id, ts: root.ts, oldest: root.ts });
  assert.deepEqual(
    thread.messages?.map(({ text }) => text),
    ['root', 'reply'],
  );
  assert.equal(await refusal(web.conversations.replies({ channel: general.id, ts: '1.000001' })), 'thread_not_found');
});

test('it refuses as Slack does', async (t) => {
  const slack = await start(t);
  const web = clientOf(slack);
  const home = slack.direct(slack.person());
  const post = (fields: object) => refusal(web.apiCall('chat.postMessage', { channel: home.id, text: 'x', ...fields }));
  assert.equal(await post({ channel: 'C0' }), 'channel_not_found');
  assert.equal(await post({ channel: slack.channel({ hasBot: false }).id }), 'not_in_channel');
  assert.equal(await post({ channel: slack.channel({ kind: 'group', hasBot: false }).id }), 'channel_not_found');
  assert.equal(await post({ text: '' }), 'no_text');
  assert.equal(await post({ text: 'x'.repeat(40_001) }), 'msg_too_long');
  assert.equal(await post({ blocks: [{ type: 'unheard_of' }] }), 'invalid_blocks');
  const block = { type: 'markdown', text: 'x'.repeat(6_001) };
  assert.equal(await post({ blocks: [block, block] }), 'msg_blocks_too_long');
  assert.equal(await post({ metadata: { event_type: 7 } }), 'invalid_metadata_format');
  assert.equal(await refusal(clientOf(slack, 'xoxb-wrong').auth.test()), 'invalid_auth');
  assert.equal(await refusal(clientOf(slack, slack.appToken).auth.test()), 'not_allowed_token_type');
  assert.equal(await refusal(web.apiCall('chat.unheardOf')), 'unknown_method');
  const theirs = slack.say({ from: slack.person(), in: home, text: 'theirs' });
  assert.equal(
    await refusal(web.chat.update({ channel: home.id, ts: theirs.ts, text: 'mine' })),
    'cant_update_message',
  );
});

test('what the manifest does not ask for is neither allowed nor told', async (t) => {
  const manifest = readManifest();
  manifest.oauth_config.scopes.bot = ['im:history'];
  manifest.settings.event_subscriptions.bot_events = ['app_mention'];
  const slack = await start(t, { manifest });
  const anna = slack.person();
  slack.say({ from: anna, text: 'hello' });
  slack.openHome(anna);
  assert.deepEqual(slack.deliveries, []);
  const call = clientOf(slack).apiCall('chat.postMessage', { channel: slack.direct(anna).id, text: 'x' });
  assert.equal(await refusal(call), 'missing_scope');
  assert.throws(() => slack.command({ from: anna, command: '/unheardof' }), /knows no command/);
});

test('an event is signed over its body, and brought three times more when it is not taken', async (t) => {
  const slack = await start(t, { retryMs: [0, 1, 1] });
  const app = await listenAt(t, 500, 503, 404);
  slack.requestUrl = app.url;
  slack.say({ from: slack.person(), text: 'hello' });
  await slack.waitFor(({ deliveries }) => deliveries[0]?.state === 'accepted');
  assert.deepEqual(
    app.calls.map(({ headers }) => headers['x-slack-retry-num']),
    [undefined, '1', '2', '3'],
  );
  const [{ headers, body } = { headers: {}, body: '' }] = app.calls;
  const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
  const mac = createHmac('sha256', slack.signingSecret).update(base).digest('hex');
  assert.equal(headers['x-slack-signature'], `v0=${mac}`);
  assert.equal(new Set(app.calls.map((call) => call.body)).size, 1);
  const lost = slack.push({ type: 'message' });
  await slack.waitFor(() => lost.state === 'accepted');
});

test('an event that nobody takes is lost after four tries; a command is brought once', async (t) => {
  const slack = await start(t, { retryMs: [0, 1, 1] });
  const command = slack.command({ from: slack.person(), text: 'help' });
  const event = slack.push({ type: 'message' });
  await slack.waitFor(() => command.state === 'lost' && event.state === 'lost');
  assert.deepEqual([command.attempts, event.attempts], [1, 4]);
});

test('a mention in a channel is told twice, in a direct chat once, and to nobody where the app is not', async (t) => {
  const slack = await start(t);
  const anna = slack.person();
  const text = `<@${slack.bot.userId}> hello`;
  slack.say({ from: anna, in: slack.channel({}), text });
  slack.say({ from: anna, text });
  slack.say({ from: anna, in: slack.channel({ hasBot: false }), text });
  const types = slack.deliveries.map(({ payload }) => (payload as { event: { type: string } }).event.type);
  assert.deepEqual(types, ['message', 'app_mention', 'message']);
});

test('limits are kept as a wait, and counted', async (t) => {
  const slack = await start(t, { now: () => 1_790_000_000_000 });
  const home = slack.direct(slack.person());
  slack.limits = { perChannelPerSecond: 0.5, perMinute: { 'auth.test': 1 } };
  const web = clientOf(slack);
  await web.apiCall('chat.postMessage', { channel: home.id, text: 'x' });
  await assert.rejects(web.apiCall('chat.postMessage', { channel: home.id, text: 'x' }), { retryAfter: 2 });
  await web.auth.test();
  await assert.rejects(web.auth.test(), { code: 'slack_webapi_rate_limited_error' });
  assert.equal(slack.violations, 2);
});

test('what Slack would make of a text is noticed', async (t) => {
  const slack = await start(t);
  const text = 'a < b <!here> <@U1|x> <https://a.example|b> <https://a.example> &lt;!here&gt;';
  assert.deepEqual(findSpecials(text), ['<!here>', '<@U1|x>', '<https://a.example|b>']);
  const { id: channel } = slack.direct(slack.person());
  await clientOf(slack).apiCall('chat.postMessage', { channel, text, blocks: [{ type: 'markdown', text: '<#C1>' }] });
  assert.equal(slack.specials.length, 4);
});
