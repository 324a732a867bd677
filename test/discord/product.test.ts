/** The whole product on Discord: a question, a chosen command, a mention in a server. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from '#test/product/stage.ts';
import { startDiscord } from '#test/standins/discord/index.ts';

test('on Discord people are answered directly, under their commands, and by replies in servers', async (t) => {
  const discord = await startDiscord();
  t.after(() => discord.stop());
  const general = discord.channel(discord.guild());
  const env = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  const stage = await openStage(t, { env });
  const product = await stage.start();
  await discord.waitFor(({ gateway, commands }) => gateway.connected === 1 && commands.length > 0);
  const anna = discord.person({ global_name: 'Anna' });

  discord.say({ from: anna, content: 'Hello' });
  await discord.waitFor(() =>
    discord.messagesIn(discord.direct(anna)).some(({ content }) => content === 'Echo: Hello'),
  );

  const chosen = discord.choose({ from: anna, name: 'help' });
  await discord.waitFor(() => chosen.state === 'answered');
  assert.match(chosen.original?.content ?? '', /\/new/);

  const question = discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> When?` });
  const [answer] = await discord.waitFor(() => discord.sentTo(general).length === 1 && discord.sentTo(general));
  assert.partialDeepStrictEqual(answer, { type: 19, message_reference: { message_id: question.id } });

  await stage.database.quiet();
  assert.deepEqual((await stage.admin.jobs()).map(({ kind, state }) => `${kind} ${state}`).toSorted(), [
    'deliver sent',
    'deliver sent',
    'deliver sent',
    'reply done',
    'reply done',
  ]);
  assert.equal(discord.violations, 0);
  const exit = await product.kill('SIGTERM');
  assert.deepEqual([exit.code, discord.gateway.connected], [0, 0]);
});
