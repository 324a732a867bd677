/** P3 on Discord: nobody waits for somebody else, and no limit is broken however many write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdToBound } from '#test/busy.ts';
import { openDiscordStage } from '#test/product/discord.ts';
import { eventually } from '#test/product/eventually.ts';
import type { Channel, DiscordStandin } from '#test/standins/discord/index.ts';

const LIMITED_S = 30;
const AT_MOST_MS = 2_000;
const PLACES = 200;

test('a channel that Discord limits holds up no other', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, reads } = stage;
  const guild = discord.guild();
  const limited = discord.channel(guild, { name: 'limited' });
  await stage.begin();
  const anna = discord.person();
  const ask = (channel: Channel) => {
    const { recipient } = channel;
    discord.say({ channel, from: recipient ?? anna, content: recipient ? 'hello' : `<@${discord.bot.id}> hello` });
  };
  const callsIn = ({ id }: Channel) => discord.callsOf('createMessage').filter(({ path }) => path.includes(id));

  discord.faultNext('createMessage', { status: 429, retry_after: LIMITED_S });
  ask(limited);
  const [refused] = await discord.waitFor(() => callsIn(limited).length === 1 && callsIn(limited));
  const waits: number[] = [];
  while (Date.now() < (refused?.at ?? 0) + LIMITED_S * 1_000 - AT_MOST_MS) {
    for (const place of [discord.channel(guild), discord.direct(discord.person())]) {
      const askedAt = Date.now();
      ask(place);
      await discord.waitFor(() => discord.sentTo(place).length === 1);
      waits.push(Date.now() - askedAt);
    }
  }
  const longest = Math.max(...waits);
  holdToBound(t, longest < AT_MOST_MS, `${waits.length} others waited ${longest} ms at most`);
  await reads(limited, 'Echo: hello');
  const [, again, ...others] = callsIn(limited);
  assert.ok((again?.at ?? 0) - (refused?.at ?? 0) >= LIMITED_S * 1_000, 'not before Discord said so');
  assert.deepEqual([others, discord.violations], [[], 0]);
});

test('two hundred places speak at the same time: all are answered in order, and within the limits', async (t) => {
  const stage = await openDiscordStage(t);
  const { discord, database, read } = stage;
  const guild = discord.guild();
  const places = Array.from({ length: PLACES }, (_, index) =>
    index % 2 === 0 ? discord.channel(guild) : discord.direct(discord.person()),
  );
  await stage.begin();
  const anna = discord.person();
  const sayAll = (text: string) => {
    for (const channel of places) {
      const { recipient } = channel;
      discord.say({ channel, from: recipient ?? anna, content: recipient ? text : `<@${discord.bot.id}> ${text}` });
    }
  };
  const heard = (place: Channel) => read(place).join('\n\n').replaceAll('Echo: ', '');
  const began = Date.now();
  sayAll('first');
  sayAll('second');
  await eventually('all is answered', () => places.every((place) => heard(place).endsWith('second')), 180_000);
  t.diagnostic(`answered within ${Date.now() - began} ms`);
  await database.quiet();
  for (const place of places) assert.equal(heard(place), 'first\n\nsecond');
  const kinds = ['createMessage', 'editMessage', 'typing'].map((name) => `${discord.count(name)} ${name}`);
  t.diagnostic(`${kinds.join(', ')}; ${busiestSecond(discord)} calls in the busiest second`);
  assert.equal(discord.violations, 0);
});

/** How many calls that the limit over all counts came within a second, at most. */
function busiestSecond({ calls }: DiscordStandin): number {
  return Math.max(...calls.map(({ at }) => calls.filter((one) => one.at >= at && one.at < at + 1_000).length));
}
