/** The same adapter against a Bot API server that we did not write. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { startTelegramTestApi } from '#test/standins/telegram-test-api.ts';
import { listenTo, makeChannel } from './bot.ts';

test('a question comes in and the answer goes out', async (t) => {
  const api = await startTelegramTestApi();
  t.after(() => api.stop());
  const channel = await makeChannel({ TELEGRAM_BOT_TOKEN: api.token, TELEGRAM_API_ROOT: api.apiRoot });
  const listening = listenTo(t, channel);
  await api.say('hello', { id: 5, first_name: 'Anna' });
  const said = await listening.said();
  assert.partialDeepStrictEqual(said, {
    text: 'hello',
    addressedBy: 'direct',
    from: { externalIds: ['5'], name: 'Anna' },
  });
  const part = { chat: said.chat, text: '<b>Hello</b>, Anna', key: 'k1' };
  const { externalId } = await channel.send(part, AbortSignal.timeout(5000));
  assert.match(externalId, /^\d+$/);
  assert.partialDeepStrictEqual(api.sent(), [{ chat_id: 5, text: '<b>Hello</b>, Anna', parse_mode: 'HTML' }]);
});
