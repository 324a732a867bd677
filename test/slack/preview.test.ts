/** An answer that people see growing, and one whose arrival is looked up. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { EditPreview } from '#src/channel.ts';
import type { Channel } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';
import { chatIn, startApp } from './app.ts';

const soon = () => AbortSignal.timeout(5_000);

function previewIn(channel: Channel, chat: ChatRef): EditPreview {
  const preview = channel.preview?.(chat);
  if (preview?.kind !== 'edit') throw new Error('There is no preview by editing.');
  return preview;
}

test('a message is edited as the answer grows, and keeps its key', async (t) => {
  const { slack, channel } = await startApp(t);
  const home = slack.direct(slack.person());
  const chat = chatIn(channel, home);
  const preview = previewIn(channel, chat);
  const { externalId } = await channel.send({ chat, text: 'One', key: 'k1' }, soon());
  await preview.edit(externalId, '**One** two &lt;!here&gt;', soon());
  const now = home.messages.get(externalId);
  assert.deepEqual(now?.blocks, [{ type: 'markdown', text: '**One** two &lt;!here&gt;' }]);
  assert.equal(now?.text, 'One two &lt;!here&gt;');
  assert.deepEqual(now?.metadata?.event_payload, { key: 'k1' });
  assert.ok(preview.everyMs >= 1000);
  await preview.remove(externalId, soon());
  assert.deepEqual(slack.deletions, [{ channel: home.id, ts: externalId }]);
  await preview.remove(externalId, soon());
});

test('an edit throws what a send throws, and one whose block is refused is made in plain words', async (t) => {
  const { slack, channel } = await startApp(t);
  const home = slack.direct(slack.person());
  const chat = chatIn(channel, home);
  const preview = previewIn(channel, chat);
  const { externalId } = await channel.send({ chat, text: 'One', key: 'k1' }, soon());
  slack.faultNext('chat.update', { status: 429, retryAfter: 3 });
  await assert.rejects(preview.edit(externalId, 'Two', soon()), { name: 'RateLimitedError', retryAfterMs: 3000 });
  await assert.rejects(preview.edit('1.000001', 'Two', soon()), { name: 'RejectedError', code: 'message_not_found' });
  slack.faultNext('chat.update', { error: 'msg_blocks_too_long' });
  await preview.edit(externalId, '**Three**', soon());
  const now = home.messages.get(externalId);
  assert.deepEqual([now?.text, now?.blocks], ['Three', undefined]);
  slack.faultNext('chat.delete', { status: 500 });
  await assert.rejects(preview.remove(externalId, soon()), { name: 'UnavailableError', certain: false });
});

const ago = (ms: number) => new Date(Date.now() - ms);

test('a part that arrived though nobody said so is found by its key, in chat and thread', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const question = slack.say({ from: anna, in: general, text: 'when?' });
  for (const chat of [chatIn(channel, slack.direct(anna)), chatIn(channel, general, question.ts)]) {
    const part = { chat, text: 'now', key: `key of ${chat.externalId}` };
    slack.faultNext('chat.postMessage', 'acceptThenReset');
    await assert.rejects(channel.send(part, soon()), { certain: false });
    assert.deepEqual(await channel.lookUp?.(part, ago(20_000), soon()), { externalId: slack.sent.at(-1)?.ts });
    assert.equal(await channel.lookUp?.({ ...part, key: 'another' }, ago(20_000), soon()), 'absent');
  }
});

test('a part is not called absent while it may still be on its way, or when too much was said since', async (t) => {
  const { slack, channel } = await startApp(t);
  const anna = slack.person();
  const home = slack.direct(anna);
  const part = { chat: chatIn(channel, home), text: 'now', key: 'k1' };
  const undecided = { name: 'UnavailableError', code: 'undecided', certain: true };
  await assert.rejects(async () => channel.lookUp?.(part, ago(1_000), soon()), undecided);
  for (let index = 0; index < 1_001; index++) slack.say({ from: anna, text: `${index}` });
  await assert.rejects(async () => channel.lookUp?.(part, ago(20_000), soon()), undecided);
  slack.faultNext('conversations.history', { status: 503 });
  await assert.rejects(async () => channel.lookUp?.(part, ago(20_000), soon()), { code: 'http_503' });
});
