/** P5 and P7 on Discord: nothing is said twice or left unsaid, and no half answer stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDiscordStage } from '#test/product/discord.ts';
import { eventually, within } from '#test/product/eventually.ts';
import { answerSlowly, answerTo } from '#test/product/groups.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';

const SEND_TIMEOUT_MS = '1500';
/** What is written when a send has come to its end. */
const RECORD = ['deliveries', '$push', 'tries'];
const SLOWLY_MS = 150;
/** A delivery whose first words are being sent. */
const SHOWN = { live: 'growing', 'parts.state': 'sending' };
/** Longer than Discord knows a key again. */
const MINUTES_MS = 10 * 60_000;

test('a send on Discord whose outcome nobody knows', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri);
  const stage = await openDiscordStage(t, { env: { SEND_TIMEOUT_MS }, via: { mongodbUri: mongodb.via } });
  const { discord, database, reads } = stage;
  let product = await stage.begin();
  const ask = () => {
    const from = discord.person();
    discord.say({ from, content: 'hello' });
    return discord.direct(from);
  };
  const delivery = async ({ id }: { id: string }) => (await database.find('deliveries', { 'to.externalId': id }))[0];
  const noncesIn = ({ id }: { id: string }) =>
    discord.callsOf('createMessage').flatMap(({ path, body }) => (path.includes(id) ? [body['nonce']] : []));

  for (const [fault, sends] of [
    ['acceptThenHang', 1],
    ['acceptThenReset', 1],
    ['hang', 2],
    ['reset', 2],
  ] as const) {
    await t.test(`${fault}: it is looked up, and said once`, async () => {
      discord.faultNext('createMessage', fault);
      const place = ask();
      await reads(place, 'Echo: hello');
      await database.quiet();
      assert.deepEqual([discord.sentTo(place).length, (await delivery(place))?.['state']], [1, 'sent']);
      assert.deepEqual(
        noncesIn(place),
        Array.from({ length: sends }, () => noncesIn(place)[0]),
      );
    });
  }

  /** Kills the product as soon as it has come there, and starts it again when Discord has forgotten its key. */
  const dieAt = async (reached: Promise<unknown>) => {
    await within(60_000, 'the product comes there', reached);
    await product.kill('SIGKILL');
    discord.forgetNonces();
    product = await stage.begin();
  };

  for (const fault of ['acceptThenHang', 'hang'] as const) {
    await t.test(`the product dies in the send (${fault}): the next one says it once`, async () => {
      discord.faultNext('createMessage', fault);
      const asked = discord.count('createMessage');
      const place = ask();
      await dieAt(
        discord.waitFor(
          (all) => all.count('createMessage') > asked && (fault === 'hang' || all.sentTo(place).length > 0),
        ),
      );
      await reads(place, 'Echo: hello');
      await database.quiet();
      assert.deepEqual([discord.sentTo(place).length, (await delivery(place))?.['state']], [1, 'sent']);
    });
  }

  await t.test('the product dies before the send is recorded: the next one finds it', async () => {
    const reached = mongodb.stopAt({ says: RECORD, where: 'before' });
    const place = ask();
    await dieAt(reached);
    await eventually('it is known as sent', async () => (await delivery(place))?.['state'] === 'sent');
    await database.quiet();
    assert.deepEqual([stage.read(place), discord.sentTo(place).length], [['Echo: hello'], 1]);
  });
});

test('an answer that grows on Discord', async (t) => {
  const stage = await openDiscordStage(t, { env: { SEND_TIMEOUT_MS } });
  const { discord, database, read, reads } = stage;
  const general = discord.channel(discord.guild());
  let product = await stage.begin();
  answerSlowly(stage, SLOWLY_MS);
  let count = 0;
  const ask = (isServer = false) => {
    const [from, mark] = [discord.person(), `g${(count += 1)}`];
    const place = isServer ? general : discord.direct(from);
    discord.say({ from, channel: place, content: isServer ? `<@${discord.bot.id}> ${mark}` : mark });
    return { from, place, mark };
  };
  const editsOf = (id?: string) => discord.edits.filter((edit) => edit.id === id).map(({ content }) => content);

  for (const isServer of [false, true]) {
    await t.test(`${isServer ? 'in a server' : 'directly'}: it is seen growing, and is one message`, async () => {
      const { place, mark } = ask(isServer);
      await reads(place, answerTo(mark));
      await database.quiet();
      const [message, ...others] = discord.sentTo(place);
      const seen = [message?.content ?? '', ...editsOf(message?.id)];
      assert.deepEqual([others, read(place)], [[], [answerTo(mark)]]);
      assert.ok(seen.length >= 3, `it was seen ${seen.length} times`);
      for (const [index, text] of seen.entries()) {
        assert.ok(answerTo(mark).startsWith(text) && text.length > (seen[index - 1] ?? '').length);
      }
      assert.equal(discord.violations, 0);
    });
  }

  await t.test('an answer before it waits to be said again: it is not shown above that', async () => {
    const { model } = stage;
    const { reply } = model;
    model.reply = (...asked) => (asked[0].at(-1)?.content === 'quick' ? 'Quick.' : reply(...asked));
    discord.faultNext('createMessage', 'html502', 2);
    const asked = discord.count('createMessage');
    const from = discord.person();
    discord.say({ from, content: 'quick' });
    await discord.waitFor((all) => all.count('createMessage') === asked + 2);
    const mark = `g${(count += 1)}`;
    discord.say({ from, content: mark });
    await reads(discord.direct(from), 'Quick.', answerTo(mark));
  });

  await t.test('the product is killed while it grows: one whole answer stands there afterwards', async () => {
    const { place, mark } = ask();
    await discord.waitFor(({ edits }) => edits.some(({ id }) => id === discord.sentTo(place)[0]?.id));
    await product.kill('SIGKILL');
    assert.notEqual(read(place)[0], answerTo(mark));
    product = await stage.begin();
    await reads(place, answerTo(mark));
    await database.quiet();
    assert.deepEqual(read(place), [answerTo(mark)]);
  });

  for (const fate of ['finished', 'taken back'] as const) {
    await t.test(`the product dies in its first words, and is away for minutes: they are ${fate}`, async () => {
      discord.faultNext('createMessage', 'acceptThenHang');
      const { from, place, mark } = ask();
      await discord.waitFor(() => discord.sentTo(place).length > 0);
      await product.kill('SIGKILL');
      discord.forgetNonces();
      await database.update('deliveries', SHOWN, { $set: { 'parts.0.at': new Date(Date.now() - MINUTES_MS) } });
      const gate = stage.model.gate(1);
      product = await stage.begin();
      await stage.model.waitFor(({ active }) => active > 0);
      if (fate === 'taken back') discord.say({ from, content: '/stop' });
      else gate.release();
      await reads(place, fate === 'finished' ? answerTo(mark) : 'Stopped.');
      gate.release();
      await database.quiet();
      assert.deepEqual(read(place), [fate === 'finished' ? answerTo(mark) : 'Stopped.']);
    });
  }

  for (const how of ['typed', 'chosen'] as const) {
    await t.test(`/stop is ${how} while it grows: nothing of it stays`, async () => {
      const { from, place } = ask();
      await discord.waitFor(() => discord.sentTo(place).length > 0);
      if (how === 'typed') discord.say({ from, content: '/stop' });
      else discord.choose({ from, name: 'stop' });
      await reads(place, 'Stopped.');
      await database.quiet();
      assert.deepEqual(read(place), ['Stopped.']);
    });
  }
});
