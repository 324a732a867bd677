/** The agent that a configuration makes: a named model, one found at home, or the one that says what is missing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { AgentError } from '#src/agent/agent.ts';
import type { ModelConfig } from '#src/agent/choose.ts';
import { createAgent } from '#src/agent/create.ts';
import { ConfigError } from '#src/errors.ts';
import { keepLog } from '#test/keep-log.ts';
import { fastRules, listen, noConfig, questionOf, startModelFor, user } from './asking.ts';

const create = (config: Partial<ModelConfig>): ReturnType<typeof createAgent> =>
  createAgent({ ...noConfig, ...config }, keepLog(), fastRules);

test('a configured service answers, eight at once unless told otherwise', async (t) => {
  const model = await startModelFor(t);
  const config = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'k', MODEL: 'openai/m' };
  const agent = await create(config);
  assert.deepEqual(agent.describe, { model: 'openai/m' });
  assert.equal(agent.concurrency, 8);
  assert.equal((await create({ ...config, MODEL_CONCURRENCY: 3 })).concurrency, 3);
  const answer = await agent.ask(questionOf([user('hello')]), listen().options);
  assert.equal(answer.text, 'Echo: hello');
  assert.equal(model.requests[0]?.path, '/v1/chat/completions');
  assert.equal(model.requests[0]?.headers.authorization, 'Bearer k');
});

test('a half-given MODEL stops the start', async () => {
  await assert.rejects(create({ MODEL: 'openai/x' }), ConfigError);
});

test("a local server's first model for talking is found and asked, one at a time", async (t) => {
  const model = await startModelFor(t);
  model.models = ['nomic-embed-text', 'qwen:7b', 'llama'];
  const agent = await create({ LOCAL_MODEL_URL: model.url });
  assert.deepEqual(agent.describe, { model: 'local/qwen:7b' });
  assert.equal(agent.concurrency, 1);
  const answer = await agent.ask(questionOf([user('hello')]), listen().options);
  assert.equal(answer.model, 'local/qwen:7b');
  assert.equal(model.requests[0]?.model, 'qwen:7b');
  assert.equal(model.listed, 1, 'it is not looked for at each question');
});

test('a named local model is asked without being looked for', async (t) => {
  const model = await startModelFor(t);
  const agent = await create({ LOCAL_MODEL_URL: model.url, MODEL: 'local/llama' });
  const answer = await agent.ask(questionOf([user('hello')]), listen().options);
  assert.equal(answer.model, 'local/llama');
  assert.equal(model.listed, 0);
});

test('a local server that starts after us is found without a restart, and seldom looked for', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  const model = await startModelFor(t);
  await model.down();
  const agent = await create({ LOCAL_MODEL_URL: model.url });
  const ask = async (): Promise<string> => (await agent.ask(questionOf([user('hello')]), listen().options)).model;
  assert.equal(await ask(), 'offline');
  assert.equal(agent.describe.model, 'offline');
  assert.ok(agent.concurrency > 100);
  await model.up();
  t.mock.timers.tick(9_000);
  assert.equal(await ask(), 'offline');
  assert.equal(model.listed, 0);
  t.mock.timers.tick(1_000);
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), Array(3).fill('local/standin-model'));
  assert.equal(model.listed, 1);
  assert.deepEqual(agent.describe, { model: 'local/standin-model' });
});

test('a local model that was taken away is replaced by another at the next question', async (t) => {
  const model = await startModelFor(t);
  const agent = await create({ LOCAL_MODEL_URL: model.url });
  model.faultNext({ status: 404 });
  model.models = ['another'];
  await assert.rejects(agent.ask(questionOf([user('hi')]), listen().options), AgentError);
  assert.equal((await agent.ask(questionOf([user('hi')]), listen().options)).model, 'local/another');
});

test('what is no model server is none', async (t) => {
  const model = await startModelFor(t);
  model.models = [];
  assert.equal((await create({ LOCAL_MODEL_URL: model.url })).describe.model, 'offline');
  assert.equal((await create({ LOCAL_MODEL_URL: `${model.origin}/elsewhere` })).describe.model, 'offline');
});

test('the offline agent says what to set, what it heard and where help is, and streams it', async (t) => {
  const model = await startModelFor(t);
  await model.down();
  const agent = await create({ LOCAL_MODEL_URL: model.url });
  const { heard, options } = listen();
  const entries = [user('before'), user('hello\n\nthere'), user('', { attachments: ['image'] })];
  const answer = await agent.ask(questionOf(entries, { newCount: 2 }), options);
  const [hint = ''] = answer.text.split('\n');
  for (const variable of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'LOCAL_MODEL_URL']) {
    assert.ok(hint.includes(`\`${variable}\``), variable);
  }
  assert.equal(agent.describe.hint, hint);
  assert.match(answer.text, /“hello there \/ image”$/);
  assert.match(answer.text, /\/help/);
  assert.equal(heard.join(''), answer.text);
  assert.ok(heard.length > 1);
  assert.equal(answer.model, 'offline');
});

test('the offline agent stops when it is told to', async (t) => {
  const model = await startModelFor(t);
  await model.down();
  const agent = await create({ LOCAL_MODEL_URL: model.url });
  const reason = new Error('/stop');
  const { options } = listen(AbortSignal.abort(reason));
  await assert.rejects(agent.ask(questionOf([user('hi')]), options), (error) => error === reason);
});

test('nothing of the AI library is loaded before a model is asked', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      if (/node_modules\\/(?:ai|@ai-sdk)\\//.test(url)) { console.error('loaded', url); process.exit(1); }
      return next(url, context);
    }});
    const { createAgent } = await import('#src/agent/create.ts');
    const log = { debug() {}, info() {} };
    const url = 'http://127.0.0.1:9/v1';
    const named = await createAgent({ MODEL: 'openai/m', OPENAI_BASE_URL: url, MODEL_TIMEOUT_MS: 1000 }, log);
    const offline = await createAgent({ LOCAL_MODEL_URL: url, MODEL_TIMEOUT_MS: 1000 }, log);
    const question = { agent: {}, entries: [{ role: 'user', text: 'hi' }], newCount: 1, place: {} };
    const { model } = await offline.ask(question, { signal: new AbortController().signal });
    console.log(named.describe.model, model);
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(run.stderr, '');
  assert.equal(run.stdout.trim(), 'openai/m offline');
});
