/** Which model answers, as the environment says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseModel, modelLabel, type ModelChoice, type ModelConfig } from '#src/agent/choose.ts';
import { ConfigError } from '#src/errors.ts';
import { noConfig } from './asking.ts';

const choose = (config: Partial<ModelConfig>): ModelChoice | undefined => chooseModel({ ...noConfig, ...config });

const implied: [Partial<ModelConfig>, string][] = [
  [{ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, 'openai/gpt-'],
  [{ ANTHROPIC_API_KEY: 'k', GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, 'anthropic/claude-'],
  [{ GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, 'google/gemini-'],
  [{ OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' }, 'openai/gpt-'],
  [{ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', MODEL: 'anthropic/claude-x' }, 'anthropic/claude-x'],
  [{ OPENAI_API_KEY: 'k', MODEL: 'openai/vendor/model:7b' }, 'openai/vendor/model:7b'],
  [{ OPENAI_API_KEY: 'k', MODEL: 'local/llama' }, 'local/llama'],
];

for (const [config, label] of implied) {
  test(`${JSON.stringify(config)} is ${label}`, () => {
    const choice = choose(config);
    assert.ok(choice && modelLabel(choice).startsWith(label));
  });
}

test('without anything nothing is chosen, nor with an address of Anthropic alone', () => {
  assert.equal(choose({}), undefined);
  assert.equal(choose({ LOCAL_MODEL_URL: 'http://127.0.0.1:1234/v1' }), undefined);
  assert.equal(choose({ ANTHROPIC_BASE_URL: 'https://api.anthropic.com' }), undefined);
});

test('OpenAI itself is spoken to in its newer form, everybody else in the form that all know', () => {
  const OPENAI_API_KEY = 'k';
  assert.equal(choose({ OPENAI_API_KEY })?.wire, 'responses');
  assert.equal(choose({ OPENAI_API_KEY, OPENAI_BASE_URL: 'https://api.openai.com/v1' })?.wire, 'responses');
  assert.equal(choose({ OPENAI_API_KEY, OPENAI_BASE_URL: 'https://models.example/v1' })?.wire, 'chat');
});

test("Anthropic's address is taken with and without its version", () => {
  const url = (ANTHROPIC_BASE_URL?: string): string | undefined =>
    choose({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL })?.baseUrl;
  assert.equal(url(), 'https://api.anthropic.com/v1');
  assert.equal(url('http://proxy:4000'), 'http://proxy:4000/v1');
  assert.equal(url('http://proxy:4000/anthropic/v1'), 'http://proxy:4000/anthropic/v1');
});

const halves: [Partial<ModelConfig>, RegExp][] = [
  [{ MODEL: 'openai/x' }, /OPENAI_API_KEY is missing: openai\/x/],
  [{ MODEL: 'openai/x', OPENAI_BASE_URL: 'https://api.openai.com/v1' }, /OPENAI_API_KEY/],
  [{ MODEL: 'anthropic/x', OPENAI_API_KEY: 'k' }, /ANTHROPIC_API_KEY is missing: anthropic\/x/],
  [{ MODEL: 'google/x' }, /GOOGLE_GENERATIVE_AI_API_KEY/],
];

for (const [config, says] of halves) {
  test(`${JSON.stringify(config)} cannot work, and names the variable`, () => {
    assert.throws(
      () => choose(config),
      (error) => error instanceof ConfigError && says.test(error.message),
    );
  });
}
