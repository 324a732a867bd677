/** Whom the bot listens to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '#adapters/telegram/config.ts';
import { ConfigError } from '#src/errors.ts';
import { openStage } from '#test/product/stage.ts';

const TOKEN = '123456789:AAF_x-y';

test('an allowlist without its mode, or the mode without its list, stops the start', () => {
  for (const half of [
    { TELEGRAM_ACCESS: 'allowlist' },
    { TELEGRAM_ALLOWLIST: '1' },
    { TELEGRAM_ACCESS: 'open', TELEGRAM_ALLOWLIST: '1' },
  ]) {
    assert.throws(() => readConfig({ TELEGRAM_BOT_TOKEN: TOKEN, ...half }), ConfigError);
  }
  for (const wrong of [{ TELEGRAM_ACCESS: 'pairing' }, { TELEGRAM_ACCESS: 'allowlist', TELEGRAM_ALLOWLIST: '@ann' }]) {
    assert.throws(() => readConfig({ TELEGRAM_BOT_TOKEN: TOKEN, ...wrong }), /TELEGRAM_(ACCESS|ALLOWLIST)/);
  }
});

test('only those on the list are stored and answered; what they edit too', async (t) => {
  const stage = await openStage(t, { env: { TELEGRAM_ACCESS: 'allowlist', TELEGRAM_ALLOWLIST: '7001, 7002' } });
  const { telegram, database } = stage;
  await stage.start();
  const [friend, stranger] = [telegram.person({ id: 7002 }), telegram.person({ id: 7003 })];
  telegram.edit(telegram.say({ from: stranger, text: 'let me in' }), { text: 'let me in, please' });
  telegram.say({ from: stranger, text: '/help' });
  telegram.say({ from: friend, text: 'hello' });
  await telegram.waitFor(() => telegram.sentTo(friend).length === 1 && telegram.pending === 0);
  await database.quiet();
  assert.equal(telegram.sentTo(stranger).length, 0);
  assert.equal((await database.find('identities')).length, 1);
  assert.deepEqual(
    (await database.find('messages', { role: 'user' })).map(({ text }) => text),
    ['hello'],
  );
});
