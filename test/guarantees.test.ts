/** The table of what each app lets us promise says what the adapters say of themselves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { channels as factories } from '#adapters/index.ts';
import type { Channel, Env } from '#src/channel.ts';
import type { ChatKind } from '#src/message.ts';
import { keepLog } from './keep-log.ts';

/** As little as configures every channel; nothing is connected to. */
const ENV: Env = {
  TELEGRAM_BOT_TOKEN: '123456789:AAtest',
  WEB_ACCESS: 'open',
  SLACK_BOT_TOKEN: 'xoxb-1-2-test',
  SLACK_APP_TOKEN: 'xapp-1-A-1-test',
  DISCORD_BOT_TOKEN: 'MTIzNDU2Nzg5.test.test',
  WHATSAPP_ENABLED: 'true',
  // Any program that is there: it is not started.
  WHATSAPP_BROWSER_PATH: process.execPath,
};

const README = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
const SHOWN = { draft: 'a draft', edit: 'a message', none: '–' } as const;

/** The table's rows by the channel's name: the cells behind it. */
function rowsOf(text: string): Record<string, string[]> {
  const [, section = ''] = text.split('\n## What each app lets it promise\n');
  const rows = section.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return Object.fromEntries(cells.map(([name = '', ...rest]) => [name.replaceAll('`', ''), rest]));
}

function shownIn(channel: Channel, kind: ChatKind): string {
  const chat = { account: channel.account, externalId: '1', threadId: '', kind };
  return SHOWN[channel.preview?.(chat)?.kind ?? 'none'];
}

function rowOf(channel: Channel): string[] {
  const { redelivers, deduplicates, readsBack, states } = channel.abilities;
  return [
    redelivers,
    channel.catchUp ? 'yes' : '–',
    deduplicates === 'key' ? 'yes' : '–',
    readsBack ? 'yes' : '–',
    states.join(', '),
    `${shownIn(channel, 'direct')} / ${shownIn(channel, 'group')}`,
  ];
}

test('the table has a row for each channel, and each says what its adapter says', async () => {
  const ports = { log: keepLog(), commands: [] };
  const made = await Promise.all(factories.map((create) => create(ENV, ports)));
  const channels = made.filter((channel) => channel !== undefined);
  assert.equal(channels.length, factories.length, 'ENV configures every channel');
  assert.deepEqual(rowsOf(README), Object.fromEntries(channels.map((channel) => [channel.name, rowOf(channel)])));
});
