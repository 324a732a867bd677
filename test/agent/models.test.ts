/** An agent with a list of models: the first that works answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentError } from '#src/agent/agent.ts';
import type { ModelConfig } from '#src/agent/choose.ts';
import { createAgent } from '#src/agent/create.ts';
import { modelProblem } from '#src/agent/named.ts';
import type { TryRules } from '#src/agent/tries.ts';
import type { ModelFault, ModelStandin } from '#test/standins/model/index.ts';
import { keepLog } from '#test/keep-log.ts';
import { fastRules, listen, noConfig, questionOf, startModelFor, user } from './asking.ts';

/** Asks the models `a`, `b` …, and gives the answer with what was asked of whom. */
async function ask(
  model: ModelStandin,
  models: string[],
  rules: Partial<TryRules> = {},
  config: Partial<ModelConfig> = {},
) {
  const given = { ...noConfig, OPENAI_BASE_URL: model.url, MODEL: 'openai/configured', ...config };
  const log = keepLog();
  const agent = await createAgent(given, log, { ...fastRules, ...rules });
  const { heard, options } = listen();
  const question = questionOf([user('hi')], { agent: { name: 'Ada', instructions: 'Be kind.', models } });
  const asked = (): string[] => model.requests.map((request) => request.model);
  return { answer: agent.ask(question, options), heard, asked, log };
}

const labels = ['openai/a', 'openai/b', 'openai/c'];

test('the first of the list answers, and without a list the configured one', async (t) => {
  const model = await startModelFor(t);
  assert.equal((await (await ask(model, labels)).answer).model, 'openai/a');
  assert.equal((await (await ask(model, [])).answer).model, 'openai/configured');
});

const faults: [string, ModelFault][] = [
  ['does not know the name', { status: 404 }],
  ['is broken', { status: 500 }],
  ['is busy for a long time', { status: 429, retryAfter: 3600 }],
  ['resets the connection', 'reset'],
  ['gives no sign of life', 'hang'],
  ['holds back its answer', { finish: 'content_filter', text: '' }],
];

for (const [what, fault] of faults) {
  test(`a service that ${what} is replaced by the next model at once`, async (t) => {
    const model = await startModelFor(t);
    model.faultNext(fault);
    // Only for a silence the half of it is waited.
    const windowMs = fault === 'hang' ? 3_000 : 60_000;
    const { answer, asked } = await ask(model, labels, { windowMs, waitMs: () => 60_000 });
    assert.equal((await answer).model, 'openai/b');
    assert.deepEqual(asked(), ['a', 'b']);
  });
}

test('an answer that broke off begins again with the next model, after a restart', async (t) => {
  const model = await startModelFor(t);
  model.reply = () => ({ text: 'one two three', chunk: 4 });
  model.faultNext({ cutAfter: 2 });
  const { answer, heard } = await ask(model, labels);
  assert.equal((await answer).text, 'one two three');
  const restart = heard.indexOf(null);
  assert.equal(heard.slice(0, restart).join(''), 'one two ');
  assert.equal(heard.slice(restart + 1).join(''), 'one two three');
});

test('a model that is slow but alive is waited for', async (t) => {
  const model = await startModelFor(t);
  model.reply = () => ({ text: 'slow but sure', chunk: 5, deltaMs: 1_200 });
  const { answer, asked } = await ask(model, labels, { windowMs: 4_000 });
  assert.equal((await answer).text, 'slow but sure');
  assert.deepEqual(asked(), ['a']);
});

test('when all fail for a moment they are asked again, but for those that failed for good', async (t) => {
  const model = await startModelFor(t);
  for (const status of [404, 500, 401]) model.faultNext({ status });
  const { answer, asked } = await ask(model, labels);
  assert.equal((await answer).model, 'openai/b');
  assert.deepEqual(asked(), ['a', 'b', 'c', 'b'], 'though the last of them failed for good');
});

test('when all fail for good the error tells of each', async (t) => {
  const model = await startModelFor(t);
  for (const status of [404, 401, 402]) model.faultNext({ status });
  const { answer, asked } = await ask(model, labels);
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, 'model_quota_exceeded');
    assert.match(error.message, /404.*\(openai\/a\).*401.*\(openai\/b\).*402.*\(openai\/c\)/);
    return true;
  });
  assert.deepEqual(asked(), ['a', 'b', 'c']);
});

test('no model is begun after the window, and the timeout counts for all', async (t) => {
  const model = await startModelFor(t);
  model.faultNext('hang', 3);
  const { answer } = await ask(model, labels, { timeoutMs: 300 });
  await assert.rejects(answer, (error) => error instanceof AgentError && error.code === 'model_timeout');
  await model.waitFor(() => model.active === 0);
});

test('a model whose key is missing here is passed over, and it says so', async (t) => {
  const model = await startModelFor(t);
  const { answer, log } = await ask(model, ['anthropic/x', 'openai/b']);
  assert.equal((await answer).model, 'openai/b');
  assert.match(log.lines.join('\n'), /ANTHROPIC_API_KEY is missing/);
  const { answer: none } = await ask(model, ['anthropic/x', 'google/y']);
  await assert.rejects(none, (error) => {
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, 'model_key_missing');
    assert.match(error.message, /ANTHROPIC_API_KEY.*GOOGLE_GENERATIVE_AI_API_KEY/);
    assert.match(error.toPerson, /not set up correctly/);
    return true;
  });
});

test('a model can be named only if it can be asked', () => {
  const config = { ...noConfig, OPENAI_API_KEY: 'k' };
  assert.equal(modelProblem(config, 'openai/gpt'), undefined);
  assert.equal(modelProblem(config, 'local/llama'), undefined);
  assert.match(modelProblem(config, 'anthropic/x') ?? '', /ANTHROPIC_API_KEY/);
  for (const label of ['', 'gpt', 'openai/', 'aws/x', '/x']) assert.match(modelProblem(config, label) ?? '', /must be/);
});
