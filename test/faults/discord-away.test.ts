/** P8 and P4 on Discord: what was said while nobody listened is fetched and answered once, in order, or a gap is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdToBound } from '#test/busy.ts';
import { openDiscordStage } from '#test/product/discord.ts';
import { eventually } from '#test/product/eventually.ts';

const TAKEN_OVER_MS = 15_000;
const PATIENCE_MS = 60_000;

test('on Discord nobody listens for a while', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, database, admin, reads, listening } = stage;
  const guild = discord.guild();
  const [general, hidden, unseen] = ['general', 'hidden', 'unseen'].map((name) => discord.channel(guild, { name }));
  assert.ok(general && hidden && unseen);
  const anna = discord.person({ global_name: 'Anna' });
  const direct = discord.direct(anna);
  const ask = (channel: typeof direct, content: string) =>
    discord.say({ from: anna, channel, content: channel === direct ? content : `<@${discord.bot.id}> ${content}` });
  const caughtUp = (times: number) =>
    eventually(`it has caught up ${times} times`, () => {
      const lines = stage.running().flatMap(({ lines: all }) => all);
      return lines.filter(({ msg }) => msg === 'what was missed has been fetched').length >= times;
    });
  /** Nobody is connected meanwhile, and Discord replays nothing afterwards. */
  const whileGone = async (what: () => void) => {
    await discord.gateway.down();
    what();
    discord.gateway.forgetSessions();
    await discord.gateway.up();
    await listening();
  };
  let product = await stage.begin();

  await t.test('before', async () => {
    ask(direct, 'one');
    await reads(direct, 'Echo: one');
    for (const place of [general, hidden, unseen]) ask(place, 'hello');
    for (const place of [general, hidden, unseen]) await reads(place, 'Echo: hello');
  });

  await t.test('the connection drops: Discord replays what was said, and it is answered once', async () => {
    await discord.gateway.down();
    ask(direct, 'two');
    ask(general, 'two');
    await discord.gateway.up();
    await reads(direct, 'Echo: one', 'Echo: two');
    await reads(general, 'Echo: hello', 'Echo: two');
    assert.ok(discord.gateway.resumes >= 1);
  });

  await t.test('the session is lost: what was said is read back, and answered once', async () => {
    await whileGone(() => {
      ask(direct, 'three');
      ask(general, 'three');
    });
    await reads(direct, 'Echo: one', 'Echo: two', 'Echo: three');
    await reads(general, 'Echo: hello', 'Echo: two', 'Echo: three');
  });

  await t.test('the product is killed: the next one answers all that was said, in order', async () => {
    await product.kill('SIGKILL');
    for (const text of ['four', 'five', 'six']) ask(direct, text);
    const closed = discord.thread(general, 'opened meanwhile');
    ask(closed, 'in a thread');
    product = await stage.begin();
    await reads(direct, 'Echo: one', 'Echo: two', 'Echo: three', 'Echo: four\n\nfive\n\nsix');
    await reads(closed, 'Echo: in a thread');
  });

  await t.test('what is said before the connection is complete is answered after what was said before it', async () => {
    await discord.gateway.down();
    ask(direct, 'seven');
    discord.gateway.forgetSessions();
    discord.gateway.withholdsGuilds = true;
    await discord.gateway.up();
    await discord.waitFor(({ gateway }) => gateway.connected === 1);
    ask(direct, 'eight');
    const before = ['Echo: one', 'Echo: two', 'Echo: three', 'Echo: four\n\nfive\n\nsix'];
    await reads(direct, ...before, 'Echo: seven\n\neight');
    discord.gateway.withholdsGuilds = false;
  });

  await t.test('what is fetched again and again changes nothing', async () => {
    const before = discord.sent.length;
    for (const times of [3, 4]) {
      await whileGone(() => undefined);
      await caughtUp(times);
    }
    await database.quiet();
    assert.equal(discord.sent.length, before);
    const stored = await database.find('messages', { chatId: { $regex: direct.id }, role: 'user' });
    assert.deepEqual(
      stored.toSorted((a, b) => Number(a['createdAt']) - Number(b['createdAt'])).map(({ text }) => text),
      ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'],
    );
  });

  await t.test('where the bot may not read what was said, a gap is shown', async () => {
    const markers = () => database.find('messages', { role: 'system' });
    await whileGone(() => {
      hidden.canReadHistory = false;
      unseen.canSee = false;
      for (const place of [hidden, unseen]) ask(place, 'nobody hears this');
    });
    const found = await eventually('both gaps are shown', async () => {
      const all = await markers();
      return all.length >= 2 && all;
    });
    assert.deepEqual(
      found.map(({ chatId }) => String(chatId)).toSorted(),
      [hidden, unseen].map(({ id }) => `discord:${discord.bot.id}:${id}:`).toSorted(),
    );
    for (const { conversationId, text } of found) {
      assert.match(String(text), /^Messages between .+ and .+ \(UTC\) could not be fetched from this app\.$/);
      const shown = await admin.messages(String(conversationId));
      assert.deepEqual(
        shown.map(({ role }) => role),
        ['user', 'agent', 'system'],
      );
    }
  });
  assert.deepEqual(
    product.lines.filter(({ level }) => level >= 50),
    [],
  );
});

test('two processes listen to Discord, and the one that is connected is killed', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, database, read } = stage;
  const products = [await stage.begin(), await stage.start()];
  const people = Array.from({ length: 10 }, () => discord.person());
  const sayAll = (text: string) => people.forEach((from) => discord.say({ from, content: text }));
  const heard = (from: (typeof people)[number]) => read(discord.direct(from)).join('\n\n').replaceAll('Echo: ', '');
  sayAll('first');
  await discord.waitFor(({ sent }) => sent.length === people.length);
  const [lease] = await database.find('leases', { _id: `channel:discord:${discord.bot.id}` });
  const holder = products.find(({ pid }) => String(lease?.['holder']).split(/\D/).includes(String(pid)));
  assert.ok(holder, 'one of the two holds the connection');

  sayAll('second');
  const { identifies } = discord.gateway;
  const killedAt = Date.now();
  await holder.kill('SIGKILL');
  sayAll('third');
  await discord.waitFor(({ gateway }) => gateway.identifies > identifies && gateway.connected === 1, PATIENCE_MS);
  const took = Date.now() - killedAt;
  holdToBound(t, took <= TAKEN_OVER_MS, `taken over within ${took} ms`);
  sayAll('fourth');
  await eventually('all is answered', () => people.every((from) => heard(from).endsWith('fourth')));
  await database.quiet();
  for (const from of people) assert.equal(heard(from), 'first\n\nsecond\n\nthird\n\nfourth');
});
