/** The whole product on Discord: a question, a chosen command, a mention in a server. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { openDiscordStage } from '#test/product/discord.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
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
  const { code, lastWords } = await product.kill('SIGTERM');
  assert.equal(code, 0, lastWords);
  await discord.waitFor(({ gateway }) => gateway.connected === 0);
});

test('a command that is chosen while MongoDB does not answer is acknowledged in time, and done once it does', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const stage = await openDiscordStage(t, { via: { mongodbUri: mongodb.via } });
  const { discord } = stage;
  await stage.begin();
  const anna = discord.person();
  const reached = mongodb.stopAt({ says: [anna.id], where: 'before' });
  const chosen = discord.choose({ from: anna, name: 'help' });
  await reached;
  await discord.waitFor(() => chosen.state === 'answered');
  assert.match(chosen.original?.content ?? '', /storage has not answered in time/);
  assert.equal(chosen.isEphemeral, true);
  mongodb.resume();
  const [answer] = await discord.waitFor(
    () => discord.sentTo(discord.direct(anna)).length === 1 && discord.sentTo(discord.direct(anna)),
  );
  assert.match(answer?.content ?? '', /\/new/);
});
