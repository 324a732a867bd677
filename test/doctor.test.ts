/** `npm run doctor` and `npm run jobs`: what an operator reads on the terminal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { startProgram } from '#test/product/redis-program.ts';
import { sharedServices } from '#test/product/services.ts';
import { databaseUri } from '#test/product/database.ts';
import { openStage } from '#test/product/stage.ts';

const ROOT = join(import.meta.dirname, '..');

/** Runs a command of ours with nothing in its environment but `env`. */
async function run(
  script: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, script), ...args], {
    env: { PATH, HOME, ...env },
    cwd: import.meta.dirname,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

test('the doctor finds everything well, and says what a newcomer could do', async () => {
  const { mongodbUri, redisUrl } = await sharedServices();
  const env = { MONGODB_URI: databaseUri(mongodbUri), REDIS_URL: redisUrl, LOCAL_MODEL_URL: 'http://127.0.0.1:9/v1' };
  const { code, output } = await run('src/doctor.ts', [], env);
  assert.equal(code, 0, output);
  assert.match(output, /✓ {2}MongoDB .* takes writes/);
  assert.match(output, /✓ {2}Redis .* noeviction/);
  assert.match(output, /! {2}model .*OPENAI_API_KEY/);
});

test('WhatsApp without a Chromium: the doctor says what to install; with one it is set up', async () => {
  const { mongodbUri, redisUrl } = await sharedServices();
  const env = { MONGODB_URI: databaseUri(mongodbUri), REDIS_URL: redisUrl, LOCAL_MODEL_URL: 'http://127.0.0.1:9/v1' };
  const without = await run('src/doctor.ts', [], { ...env, WHATSAPP_ENABLED: 'true', PATH: '/nowhere' });
  assert.equal(without.code, 1);
  assert.match(without.output, /✗ {2}channels .*there is no Chromium\. Install one .*apt-get install chromium/);
  const browser = { WHATSAPP_ENABLED: 'true', WHATSAPP_BROWSER_PATH: process.execPath };
  const { code, output } = await run('src/doctor.ts', [], { ...env, ...browser });
  assert.equal(code, 0, output);
  assert.match(output, /✓ {2}whatsapp .*set up\./);
});

test('a Redis that may drop what waits there is named, with what to do', async (t) => {
  const { mongodbUri } = await sharedServices();
  const { url: redisUrl } = await startProgram(t);
  const redis = new Redis(redisUrl);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  redis.disconnect();
  const env = { MONGODB_URI: databaseUri(mongodbUri), REDIS_URL: redisUrl, LOCAL_MODEL_URL: 'http://127.0.0.1:9/v1' };
  const { code, output } = await run('src/doctor.ts', [], env);
  assert.equal(code, 1);
  assert.match(output, /✗ {2}Redis .*allkeys-lru .*Set maxmemory-policy to noeviction/);
});

test('a token that Telegram does not know, and a model that refuses its key, are named; the secrets are not', async (t) => {
  const stage = await openStage(t);
  stage.model.faultNext({ status: 401 }, 5);
  const env = {
    MONGODB_URI: stage.database.uri,
    REDIS_URL: (await sharedServices()).redisUrl,
    TELEGRAM_BOT_TOKEN: '123456789:AAwrong-token',
    TELEGRAM_API_ROOT: stage.telegram.apiRoot,
    OPENAI_BASE_URL: stage.model.url,
    OPENAI_API_KEY: 'sk-very-secret',
    MODEL: 'openai/some-model',
  };
  const { code, output } = await run('src/doctor.ts', [], env);
  assert.equal(code, 1);
  assert.match(output, /✗ {2}telegram/);
  assert.match(output, /✗ {2}model .*OPENAI_API_KEY/);
  assert.doesNotMatch(output, /AAwrong-token|sk-very-secret/);
});

test('an admin lists, shows and replays jobs from the terminal', async (t) => {
  const stage = await openStage(t);
  const { telegram, model } = stage;
  await stage.start();
  const ann = telegram.person();
  model.faultNext({ status: 401 });
  telegram.say({ from: ann, text: 'a question' });
  await telegram.waitFor(() => telegram.sentTo(ann).length === 1);
  await stage.database.quiet();
  const env = { MONGODB_URI: stage.database.uri, REDIS_URL: (await sharedServices()).redisUrl };
  const jobs = (...args: string[]) => run('src/jobs.ts', args, env);

  const listed = await jobs('list', '--state', 'failed');
  assert.equal(listed.code, 0, listed.output);
  assert.match(listed.output, /trn_\w+ {2}reply {2}failed {2}telegram .*model_key_refused {2}a question/);
  const id = /trn_\w+/.exec(listed.output)?.[0] ?? '';
  const replayed = await jobs('replay', id);
  assert.equal(replayed.code, 0, replayed.output);
  await telegram.waitFor(() => telegram.sentTo(ann).length === 2);
  await stage.database.quiet();
  assert.match((await jobs('show', id)).output, /"state": "done"/);

  for (const wrong of [[], ['list', '--state', 'lost'], ['resolve', id, 'maybe'], ['replay']]) {
    const { code, output } = await jobs(...wrong);
    assert.equal(code, 1);
    assert.match(output, /npm run jobs -- list/);
  }
  const again = await jobs('replay', id);
  assert.equal(again.code, 1);
  assert.match(again.output, /only a failed one can be replayed/);
});
