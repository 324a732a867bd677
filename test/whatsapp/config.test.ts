/** WhatsApp's variables, and who is let in by them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '#adapters/whatsapp/access.ts';
import { type Access, readConfig } from '#adapters/whatsapp/config.ts';
import { ConfigError, RejectedError } from '#src/errors.ts';
import type { ChatRef, Inbound } from '#src/message.ts';

const ENABLED = { WHATSAPP_ENABLED: 'true', WHATSAPP_BROWSER_PATH: process.execPath, DATA_DIR: '/data' };

test('without being enabled there is no WhatsApp, and nothing is looked for', () => {
  assert.equal(readConfig({}), undefined);
  assert.equal(readConfig({ WHATSAPP_ENABLED: 'false', WHATSAPP_BROWSER_PATH: '/nowhere' }), undefined);
});

test('what is set is read; by default the owner alone is let in', () => {
  const env = { ...ENABLED, PATH: '/bin', https_proxy: 'http://proxy:3128', OPENAI_API_KEY: 'secret' };
  assert.deepEqual(readConfig(env), {
    browserPath: process.execPath,
    browserArgs: [],
    sessionDir: '/data/whatsapp',
    childEnv: { PATH: '/bin', https_proxy: 'http://proxy:3128' },
    ownerQuietMs: 600_000,
    sendRate: 1,
    chatRate: 0.5,
    access: { to: 'self' },
  });
  const access = { WHATSAPP_ACCESS: 'allowlist', WHATSAPP_ALLOWLIST: '+491700000002, 491700000003' };
  assert.deepEqual(readConfig({ ...ENABLED, ...access, WHATSAPP_PHONE_NUMBER: '+49 (170) 000-0001' }), {
    ...readConfig(ENABLED),
    phoneNumber: '491700000001',
    access: { to: 'allowlist', phones: new Set(['491700000002@c.us', '491700000003@c.us']) },
  });
});

test('a landline of Brazil has one way to be written: with another 9 it is somebody else', () => {
  for (const number of ['551134567890', '5511934567890']) {
    const config = readConfig({ ...ENABLED, WHATSAPP_ACCESS: 'allowlist', WHATSAPP_ALLOWLIST: `+${number}` });
    assert.deepEqual(config?.access, { to: 'allowlist', phones: new Set([`${number}@c.us`]) });
  }
});

test('whoever is let in is let in by each way to write their number', () => {
  for (const numbers of [
    ['5215512345678', '525512345678'],
    ['5491123456789', '541123456789'],
    ['5511987654321', '551187654321'],
  ]) {
    for (const number of numbers) {
      const config = readConfig({ ...ENABLED, WHATSAPP_ACCESS: 'allowlist', WHATSAPP_ALLOWLIST: `+${number}` });
      const phones = new Set(numbers.map((one) => `${one}@c.us`));
      assert.deepEqual(config?.access, { to: 'allowlist', phones }, number);
    }
  }
});

test('what cannot work is refused with a sentence that names it', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ WHATSAPP_ACCESS: 'pairing' }, /WHATSAPP_ACCESS must be self, open or allowlist/],
    [{ WHATSAPP_ACCESS: 'allowlist' }, /WHATSAPP_ALLOWLIST go together/],
    [{ WHATSAPP_ALLOWLIST: '49170' }, /WHATSAPP_ALLOWLIST go together/],
    [{ WHATSAPP_BROWSER_PATH: '/nowhere' }, /WHATSAPP_BROWSER_PATH: there is no \/nowhere.*apt-get install chromium/],
    [{ WHATSAPP_BROWSER_PATH: '', PATH: '/nowhere' }, /no Chromium.*apt-get install chromium/],
    [{ WHATSAPP_BROWSER_ARGS: '--headless' }, /WHATSAPP_BROWSER_ARGS must be a JSON array/],
    [{ WHATSAPP_WEB_VERSION: '2.3000' }, /WHATSAPP_WEB_VERSION_CACHE_URL go together/],
    [{ WHATSAPP_PHONE_NUMBER: '0170' }, /WHATSAPP_PHONE_NUMBER must be the number with its country code/],
    [{ WHATSAPP_SEND_RATE: '0' }, /WHATSAPP_SEND_RATE/],
  ];
  for (const [env, words] of wrong) {
    const read = () => readConfig({ ...ENABLED, ...env });
    assert.throws(read, (error) => error instanceof ConfigError && words.test(error.message), JSON.stringify(env));
  }
});

const ME = { phone: '1@c.us', lid: '1001@lid' };
const [PAULA, MAX] = ['2@c.us', '3@c.us'];
const direct = (externalId: string): ChatRef => ({ account: 'phone', externalId, threadId: '', kind: 'direct' });
const GROUP: ChatRef = { account: 'phone', externalId: '9@g.us', threadId: '', kind: 'group' };

function from(id: string, chat: ChatRef): Inbound {
  const sender = { externalIds: [id], realm: '', name: '' };
  return { kind: 'reaction', at: new Date(0), chat, externalId: 'A', from: sender, text: '' };
}

test('who is listened to, and who is written to, is the same question', () => {
  const events = [
    from(ME.phone, direct(ME.phone)),
    from(PAULA, direct(PAULA)),
    from(MAX, direct(MAX)),
    from(PAULA, GROUP),
    from(MAX, GROUP),
    from(ME.phone, GROUP),
  ];
  const chats = [ME.phone, PAULA, MAX].map(direct);
  const cases: [Access, boolean[], boolean[]][] = [
    [{ to: 'self' }, [true, false, false, false, false, false], [true, false, false, false]],
    [{ to: 'allowlist', phones: new Set([PAULA]) }, [true, true, false, true, false, true], [true, true, false, true]],
    [{ to: 'open' }, [true, true, true, true, true, true], [true, true, true, true]],
  ];
  for (const [access, listened, written] of cases) {
    const gate = createGate(access);
    const admitted = gate.admit(events, ME);
    assert.deepEqual(
      events.map((event) => admitted.includes(event)),
      listened,
      access.to,
    );
    const isWritable = (chat: ChatRef): boolean => {
      try {
        gate.assertWritable(chat, ME);
        return true;
      } catch (error) {
        assert.ok(error instanceof RejectedError && error.code === 'not_allowed');
        return false;
      }
    };
    assert.deepEqual([...chats, GROUP].map(isWritable), written, access.to);
  }
});

test('before it is known who we are, and of what cannot be read, nothing is let in', () => {
  const gate = createGate({ to: 'self' });
  assert.deepEqual(gate.admit([from(ME.phone, direct(ME.phone))], {}), []);
  const unread: Inbound = { kind: 'unread', at: new Date(0), account: 'phone', externalId: 'A', raw: {}, reason: '' };
  assert.deepEqual(gate.admit([unread], ME), []);
  assert.deepEqual(createGate({ to: 'open' }).admit([unread], ME), [unread]);
});
