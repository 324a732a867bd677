/** New sessions. Discord lets one begin in 5 s, and so the library waits: these tests take as long, at the same time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listening, listenTo, startBot, textsOf } from './bot.ts';

describe('a new session', { concurrency: true }, () => {
  test('begins where the old one is invalid, no sooner than allowed, and is whole when it is ready', async (t) => {
    const { discord, channel } = await startBot(t);
    const guild = discord.guild();
    const general = discord.channel(guild);
    const line = await listening(t, channel);
    discord.gateway.invalidate(false);
    await line.reported('ready', 2);
    discord.say({ from: discord.person(), channel: general, content: `<@${discord.bot.id}> hello` });
    assert.deepEqual(textsOf(await line.has(1)), ['hello']);
    assert.deepEqual([discord.gateway.identifies, discord.gateway.violations], [2, 0]);
  });

  test('begins where the old one is forgotten when it is to be resumed', async (t) => {
    const { discord, channel } = await startBot(t);
    const line = await listening(t, channel);
    discord.gateway.forgetSessions();
    discord.gateway.cut();
    await line.reported('ready', 2);
    assert.deepEqual([discord.gateway.identifies, discord.gateway.resumes, discord.gateway.violations], [2, 1, 0]);
  });

  test('begins without the content where the bot may not read it, and an admin is told what to tick', async (t) => {
    const { discord, channel } = await startBot(t);
    const general = discord.channel(discord.guild());
    const thread = discord.thread(general);
    discord.gateway.mayReadContent = false;
    const line = listenTo(t, channel);
    const said = await line.reported('ready');
    assert.match(said.action ?? '', /Tick "Message Content Intent".*restart/);
    assert.match((await line.reported('reconnecting')).action ?? '', /Tick "Message Content Intent"/);
    const anna = discord.person();
    discord.say({ from: anna, content: 'directly' });
    discord.say({ from: anna, channel: general, content: `<@${discord.bot.id}> in a server` });
    discord.say({ from: anna, channel: thread, content: 'what follows' });
    discord.say({ from: anna, content: 'last' });
    assert.deepEqual(textsOf(await line.has(3)), ['directly', 'in a server', 'last']);
    assert.equal(discord.gateway.violations, 0);
  });

  test('is begun by whoever listens next, at the pace that Discord wants', async (t) => {
    const { discord, channel } = await startBot(t);
    await (await listening(t, channel)).stop();
    await listening(t, channel);
    assert.deepEqual([discord.gateway.identifies, discord.gateway.violations], [2, 0]);
  });

  test('that is refused at its first word is begun again', async (t) => {
    const { discord, channel } = await startBot(t);
    const other = listenTo(t, channel);
    await other.reported('ready');
    await other.stop();
    const { channel: stranger } = await startStranger(t, discord);
    const line = listenTo(t, stranger);
    await line.reported('ready');
    assert.equal(discord.gateway.identifies, 3);
    discord.say({ from: discord.person(), content: 'hello' });
    await line.has(1);
  });
});

/** A second process of the same bot, which knows nothing of when the first began. */
async function startStranger(
  t: Parameters<typeof startBot>[0],
  discord: Awaited<ReturnType<typeof startBot>>['discord'],
) {
  const { makeChannel } = await import('./bot.ts');
  t.diagnostic('another process begins too soon');
  return { channel: await makeChannel({ DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl }) };
}
