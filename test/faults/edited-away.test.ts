/** P10: what was edited while nobody listened is kept with its message, also where it does not speak to us any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '#test/product/database.ts';
import { openDiscordStage } from '#test/product/discord.ts';
import { eventually } from '#test/product/eventually.ts';
import { openSlackStage } from '#test/slack/stage.ts';

/** The texts of all that people said, as they are and as they were. */
async function textsIn(database: Database): Promise<unknown[]> {
  const found = await database.find('messages', { role: 'user' });
  return found.map(({ text, edits }) => [text, (edits as { text: string }[]).map((version) => version.text)]);
}

test('on Discord', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, database, reads } = stage;
  const general = discord.channel(discord.guild());
  const anna = discord.person();
  const product = await stage.begin();
  const question = discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> my secret` });
  const other = discord.say({ from: anna, channel: general, content: 'not to us' });
  await reads(general, 'Echo: my secret');
  await product.kill('SIGKILL');
  discord.edit(question, 'nothing');
  discord.edit(other, 'nothing to us');
  await stage.begin();
  await eventually('the edit is kept', async () => (await textsIn(database)).join() === 'nothing,my secret');
  discord.edit(question, 'nothing at all');
  await eventually('the next too', async () => (await textsIn(database)).join() === 'nothing at all,my secret,nothing');
  await database.quiet();
  await reads(general, 'Echo: my secret');
});

test('on Slack', async (t) => {
  const stage = await openSlackStage(t, { slack: { ackWithinMs: 30_000, retryMs: [] } });
  const { slack, database, marksIn } = stage;
  const anna = slack.person();
  const general = slack.channel({ with: [anna] });
  const product = await stage.connect();
  const question = slack.say({ from: anna, in: general, text: `<@${slack.bot.userId}> m1` });
  const other = slack.say({ from: anna, in: general, text: 'not to us' });
  await eventually('it is answered', () => marksIn(general).length === 1);
  await eventually('it is noted that all is known', async () => (await database.find('watermarks')).length === 1);
  await product.kill('SIGKILL');
  slack.edit(question, 'nothing');
  slack.edit(other, 'nothing to us');
  await stage.connect();
  await eventually('the edit is kept', async () => (await textsIn(database)).join() === 'nothing,m1');
  slack.edit(question, 'nothing at all');
  await eventually('the next too', async () => (await textsIn(database)).join() === 'nothing at all,m1,nothing');
  await database.quiet();
  assert.deepEqual(marksIn(general), ['m1']);
});
