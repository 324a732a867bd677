/** A stage on which the product speaks Discord alone. */
import type { TestContext } from 'node:test';
import { type Channel, type DiscordStandin, startDiscord } from '#test/standins/discord/index.ts';
import { becomes, eventually } from './eventually.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export interface DiscordStage extends Stage {
  discord: DiscordStandin;
  /** What the bot's messages in a place say now, in order. */
  read: (place: Channel) => string[];
  /** Resolves when one process is connected and knows from when on everything is known. */
  listening: () => Promise<unknown>;
  /** Resolves when the bot's messages in a place are these. */
  reads: (place: Channel, ...texts: string[]) => Promise<unknown>;
  /** Starts a process, and resolves when it listens. */
  begin: () => ReturnType<Stage['start']>;
}

/** Opens it; all is taken down after the test. */
export async function openDiscordStage(t: TestContext, options: StageOptions = {}): Promise<DiscordStage> {
  const discord = await startDiscord();
  t.after(() => discord.stop());
  const own = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl, TELEGRAM_BOT_TOKEN: '' };
  const stage = await openStage(t, { ...options, env: { ...own, ...options.env } });
  // In servers the model is told who speaks; what it repeats is what was said.
  stage.model.reply = (messages) => `Echo: ${(messages.at(-1)?.content ?? '').replaceAll(/<from>.*<\/from>\n/g, '')}`;
  const read = (place: Channel): string[] =>
    discord.messagesIn(place).flatMap(({ author, content }) => (author.id === discord.bot.id ? [content] : []));
  const listening = async () => {
    await discord.waitFor(({ gateway }) => gateway.connected === 1);
    await eventually(
      'it is noted that all is known',
      async () => (await stage.database.find('watermarks')).length === 1,
    );
  };
  const reads = (place: Channel, ...texts: string[]) => becomes(texts, () => read(place));
  const begin = async () => {
    const product = await stage.start();
    await listening();
    return product;
  };
  return { ...stage, discord, read, listening, reads, begin };
}
