/** The model stand-in, asked through the real packages of the AI SDK. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, streamText, type LanguageModel } from 'ai';
import { startModel, type ModelFault, type ModelStandin } from './standins/model/index.ts';

const apiKey = 'sk-standin';

/** The four providers, and OpenAI's older format. */
const PROVIDERS: Record<string, (standin: ModelStandin) => LanguageModel> = {
  openai: ({ url }) => createOpenAI({ baseURL: url, apiKey })('gpt-standin'),
  'openai chat': ({ url }) => createOpenAI({ baseURL: url, apiKey }).chat('gpt-standin'),
  anthropic: ({ url }) => createAnthropic({ baseURL: url, apiKey })('claude-sonnet-4-5'),
  google: ({ googleUrl }) => createGoogle({ baseURL: googleUrl, apiKey })('gemini-standin'),
  local: ({ url }) => createOpenAICompatible({ name: 'local', baseURL: url, includeUsage: true })('llama-standin'),
};

async function start(t: TestContext): Promise<ModelStandin> {
  const standin = await startModel();
  t.after(() => standin.stop());
  return standin;
}

interface Outcome {
  pieces: string[];
  finish?: string;
  usage?: { input: number | undefined; output: number | undefined };
  error?: unknown;
}

/** Asks for a stream and gives all that came of it, errors included. */
async function ask(model: LanguageModel, abortSignal?: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { pieces: [] };
  const result = streamText({
    model,
    instructions: 'Be brief.',
    messages: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three and a little more' },
    ],
    maxRetries: 0,
    ...(abortSignal && { abortSignal }),
    onError: ({ error }) => void (outcome.error = error),
  });
  try {
    for await (const piece of result.textStream) outcome.pieces.push(piece);
    outcome.finish = await result.finishReason;
    const { inputTokens, outputTokens } = await result.usage;
    outcome.usage = { input: inputTokens, output: outputTokens };
  } catch (error) {
    outcome.error ??= error;
  }
  return outcome;
}

for (const [name, modelOf] of Object.entries(PROVIDERS)) {
  test(`${name}: an answer comes in pieces, with its end and its tokens`, async (t) => {
    const standin = await start(t);
    const { pieces, finish, usage, error } = await ask(modelOf(standin));
    assert.equal(error, undefined);
    assert.deepEqual(pieces, ['Echo: three and ', 'a little more']);
    assert.equal(finish, 'stop');
    assert.deepEqual(usage, { input: 11, output: 8 });
    assert.deepEqual(standin.requests[0]?.messages, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three and a little more' },
    ]);
  });

  test(`${name}: an answer comes whole`, async (t) => {
    const standin = await start(t);
    standin.reply = () => 'all at once';
    const { text, finishReason } = await generateText({ model: modelOf(standin), prompt: 'hello', maxRetries: 0 });
    assert.deepEqual({ text, finishReason }, { text: 'all at once', finishReason: 'stop' });
  });

  test(`${name}: a refusal is an APICallError with its status`, async (t) => {
    const standin = await start(t);
    const faults: ModelFault[] = [
      { status: 401 },
      { status: 404 },
      { status: 429, code: 'insufficient_quota' },
      { status: 429, retryAfter: 7 },
      { status: 500 },
      { status: 503 },
    ];
    for (const fault of faults) {
      standin.faultNext(fault);
      const { error, pieces } = await ask(modelOf(standin));
      assert.ok(error instanceof APICallError, String(error));
      assert.equal(error.statusCode, 'status' in (fault as object) ? (fault as { status: number }).status : 0);
      assert.deepEqual(pieces, []);
      if ((fault as { retryAfter?: number }).retryAfter) assert.equal(error.responseHeaders?.['retry-after'], '7');
    }
  });

  test(`${name}: an empty answer is finished and has no text`, async (t) => {
    const standin = await start(t);
    standin.faultNext('empty');
    const { pieces, finish } = await ask(modelOf(standin));
    assert.deepEqual({ text: pieces.join(''), finish }, { text: '', finish: 'stop' });
  });

  test(`${name}: a filtered and a shortened answer say so`, async (t) => {
    const standin = await start(t);
    standin.faultNext({ finish: 'content_filter', text: 'I had' });
    standin.faultNext({ finish: 'length', text: 'as far as' });
    const filtered = await ask(modelOf(standin));
    const shortened = await ask(modelOf(standin));
    assert.deepEqual([filtered.pieces, filtered.finish], [['I had'], 'content-filter']);
    assert.deepEqual([shortened.pieces, shortened.finish], [['as far as'], 'length']);
  });

  test(`${name}: a stream that is cut gives what came before and an error`, async (t) => {
    const standin = await start(t);
    standin.reply = () => ({ text: 'one two three', chunk: 4 });
    standin.faultNext({ cutAfter: 2 });
    const { pieces, error } = await ask(modelOf(standin));
    assert.deepEqual(pieces, ['one ', 'two ']);
    assert.ok(error instanceof Error, String(error));
    assert.equal(standin.aborted, 0);
  });

  test(`${name}: a stream that ends without a word of why is not a finished one`, async (t) => {
    const standin = await start(t);
    standin.faultNext('endWithoutFinish');
    const { pieces, finish, error } = await ask(modelOf(standin));
    assert.ok(error !== undefined || finish !== 'stop', `finish ${finish}`);
    assert.equal(pieces.join(''), 'Echo: three and a little more');
  });

  test(`${name}: what is no JSON becomes an error`, async (t) => {
    const standin = await start(t);
    standin.faultNext('garbage');
    const { pieces, error } = await ask(modelOf(standin));
    assert.deepEqual(pieces, []);
    assert.ok(error instanceof Error, String(error));
  });

  test(`${name}: an error within the stream is an error`, async (t) => {
    const standin = await start(t);
    standin.faultNext({ errorAfter: 1, status: 503 });
    const { error, pieces } = await ask(modelOf(standin));
    assert.match(String((error as { message?: unknown } | undefined)?.message), /currently overloaded/);
    assert.ok(pieces.length <= 1);
  });

  test(`${name}: a model that hangs is left by an AbortSignal`, async (t) => {
    const standin = await start(t);
    standin.faultNext('hang');
    const leaving = new AbortController();
    const asked = ask(modelOf(standin), leaving.signal);
    await standin.waitFor(() => standin.active === 1);
    leaving.abort();
    await asked;
    await standin.waitFor(() => standin.aborted === 1 && standin.active === 0);
  });
}

test('a gate holds answers until it is released, before the first word or in the middle', async (t) => {
  const standin = await start(t);
  const model = createOpenAICompatible({ name: 'local', baseURL: standin.url })('llama-standin');
  standin.reply = () => ({ text: 'ab', chunk: 1 });
  const before = standin.gate();
  const inside = standin.gate(1);
  const { textStream } = streamText({ model, prompt: 'hello', maxRetries: 0 });
  const reader = textStream[Symbol.asyncIterator]();
  const first = reader.next();
  await standin.waitFor(() => standin.active === 1);
  before.release();
  assert.equal((await first).value, 'a');
  let hasCome = false;
  const second = reader.next().finally(() => (hasCome = true));
  // A piece that had been written would be there before the answers to two later requests.
  for (let i = 0; i < 2; i++) await fetch(`${standin.url}/models`).then((response) => response.text());
  assert.equal(hasCome, false);
  inside.release();
  assert.equal((await second).value, 'b');
});

test('a model that went away refuses connections and is back on the same port', async (t) => {
  const standin = await start(t);
  const ask = () => fetch(`${standin.url}/models`).then((response) => response.json());
  await standin.down();
  await assert.rejects(ask, { message: 'fetch failed' });
  await standin.up();
  assert.deepEqual(await ask(), {
    object: 'list',
    data: [{ id: 'standin-model', object: 'model', created: 0, owned_by: 'standin' }],
  });
});
