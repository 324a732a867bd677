/** A platform's library is loaded only where its channel is configured, and WhatsApp's never in our own process. */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStage } from '#test/product/stage.ts';

const NOBODY = 'http://127.0.0.1:9';
const LIBRARY = /node_modules\/(grammy|@slack|discord\.js|@discordjs|whatsapp-web\.js|puppeteer[^/]*)\//;

/** What configures each, on platforms that are away: that keeps nothing from being loaded. */
const CHANNELS: [name: string, env: Record<string, string>, libraries: string[]][] = [
  ['telegram', { TELEGRAM_BOT_TOKEN: '1:away', TELEGRAM_API_ROOT: NOBODY }, ['grammy']],
  [
    'slack',
    { SLACK_BOT_TOKEN: 'xoxb-11-22-away', SLACK_APP_TOKEN: 'xapp-1-A1-33-away', SLACK_API_URL: `${NOBODY}/api/` },
    ['@slack'],
  ],
  ['discord', { DISCORD_BOT_TOKEN: 'away', DISCORD_API_URL: `${NOBODY}/api` }, ['@discordjs', 'discord.js']],
  ['whatsapp', { WHATSAPP_ENABLED: 'true', WHATSAPP_BROWSER_PATH: process.execPath }, []],
];
const hook = new URL('product/note-loads.ts', import.meta.url).href;

test("a channel's library is loaded when the channel is configured, and no other's", async (t) => {
  const stage = await openStage(t, { env: { TELEGRAM_BOT_TOKEN: '' } });
  /** The libraries that a process has loaded when it is ready. */
  const loadedWith = async (env: Record<string, string>): Promise<string[]> => {
    const file = join(tmpdir(), `pantheon-loads-${process.pid}`);
    t.after(() => rm(file, { force: true }));
    await rm(file, { force: true });
    const product = await stage.start({ ...env, NODE_OPTIONS: `--import=${hook}`, NOTE_LOADS: file });
    await product.kill('SIGKILL');
    const urls = (await readFile(file, 'utf8')).split('\n');
    assert.ok(urls.some((url) => url.endsWith('/src/app.ts')) && urls.some((url) => url.includes('/mongoose/')));
    return [...new Set(urls.flatMap((url) => LIBRARY.exec(url)?.[1] ?? []))].toSorted();
  };
  await t.test('with no channel, none', async () => assert.deepEqual(await loadedWith({}), []));
  for (const [name, env, libraries] of CHANNELS) {
    await t.test(`with ${name} alone, ${libraries.length > 0 ? 'its own' : 'none: its child process does'}`, async () =>
      assert.deepEqual(await loadedWith(env), libraries),
    );
  }
  await t.test('with all, all of these', async () => {
    const all = Object.assign({}, ...CHANNELS.map(([, env]) => env)) as Record<string, string>;
    assert.deepEqual(await loadedWith(all), CHANNELS.flatMap(([, , libraries]) => libraries).toSorted());
  });
});
