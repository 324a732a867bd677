/** The core's variables: defaults, and every error at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig, ROLES } from '#src/config.ts';
import { ConfigError } from '#src/errors.ts';

test('everything is optional', () => {
  assert.partialDeepStrictEqual(readConfig({}), {
    HOST: '127.0.0.1',
    PORT: 3000,
    DATA_DIR: './data',
    ROLES: [...ROLES],
    OPEN_API: 'loopback',
    WEB_ACCESS: 'loopback',
    REPLY_WAIT_MS: 800,
    SEND_TIMEOUT_MS: 20_000,
    MODEL_TIMEOUT_MS: 120_000,
    DAILY_TURNS: 1000,
    PERSON_DAILY_TURNS: 200,
    PERSON_RATE: 30,
  });
});

test('an empty variable is an unset one', () => {
  assert.equal(readConfig({ PORT: '', MODEL: ' ', MONGODB_URI: '' }).PORT, 3000);
});

test('wrong values stop the start with all errors at once, each naming its variable', () => {
  const wrong = {
    PORT: 'many',
    MODEL: 'gpt',
    MONGODB_URI: 'localhost',
    ROLES: 'api,cook',
    DAILY_TURNS: '-1',
    ADMIN_KEY: 'only-a-key',
  };
  assert.throws(
    () => readConfig(wrong),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      for (const name of ['PORT', 'MODEL', 'MONGODB_URI', 'ROLES', 'DAILY_TURNS', 'ADMIN_SECRET']) {
        assert.match(error.message, new RegExp(`\\b${name}\\b`));
      }
      return true;
    },
  );
});

test('an address that is seen from outside closes what is open on this machine', () => {
  assert.partialDeepStrictEqual(readConfig({ PUBLIC_URL: 'https://bot.example/' }), {
    PUBLIC_URL: 'https://bot.example',
    OPEN_API: 'none',
    WEB_ACCESS: 'off',
  });
  assert.partialDeepStrictEqual(readConfig({ PUBLIC_URL: 'http://localhost:3000' }), {
    OPEN_API: 'loopback',
    WEB_ACCESS: 'loopback',
  });
});

test('roles and hosts are lists', () => {
  const config = readConfig({ ROLES: 'reply, deliver', ALLOWED_HOSTS: 'one.example, two.example:8080' });
  assert.deepEqual(config.ROLES, ['reply', 'deliver']);
  assert.deepEqual(config.ALLOWED_HOSTS, ['one.example', 'two.example:8080']);
});
