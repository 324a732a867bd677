/** Each way in which a model fails ends as an error that says what happened, to whom, and what to do now. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { AgentError, type AgentErrorCode } from '#src/agent/agent.ts';
import type { TryRules } from '#src/agent/tries.ts';
import type { ModelFault } from '#test/standins/model/index.ts';
import { keepLog } from '#test/keep-log.ts';
import { askOf, choices, listen, questionOf, startModelFor, user } from './asking.ts';

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
before(() => void process.on('unhandledRejection', note));
after(() => {
  process.off('unhandledRejection', note);
  assert.deepEqual(rejections, [], 'no promise of the library is left alone');
});

type Wire = 'chat' | 'responses' | 'anthropic' | 'google' | 'local';
const wires: Wire[] = ['chat', 'responses', 'anthropic', 'google', 'local'];

/** Three tries, then no time is left for a fourth. */
const threeTries: Partial<TryRules> = { waitMs: (failed) => (failed < 3 ? 1 : 60_000) };

async function failureOf(asked: Promise<unknown>): Promise<AgentError> {
  const error = await asked.then(
    () => assert.fail('it was answered'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof AgentError, String(error));
  return error;
}

const cases: { name: string; fault: ModelFault; code: AgentErrorCode; tries: number; says: RegExp }[] = [
  { name: 'unknown model', fault: { status: 404 }, code: 'model_not_found', tries: 1, says: /404.*Check MODEL/ },
  {
    name: 'refused key',
    fault: { status: 401 },
    code: 'model_key_refused',
    tries: 1,
    says: /401.*Check [A-Z_]+_(KEY|URL)/,
  },
  { name: 'forbidden', fault: { status: 403 }, code: 'model_key_refused', tries: 1, says: /403/ },
  { name: 'unpaid', fault: { status: 402 }, code: 'model_quota_exceeded', tries: 1, says: /402.*billing/ },
  {
    name: 'busy',
    fault: { status: 429 },
    code: 'model_rate_limited',
    tries: 3,
    says: /429.*at each of 3 tries.*MODEL_CONCURRENCY/,
  },
  { name: 'broken', fault: { status: 500 }, code: 'model_failed', tries: 3, says: /500/ },
  { name: 'overloaded', fault: { status: 529 }, code: 'model_failed', tries: 3, says: /529/ },
  { name: 'a bad request', fault: { status: 400 }, code: 'model_failed', tries: 1, says: /400/ },
  { name: 'cut off at once', fault: 'reset', code: 'model_cut_off', tries: 3, says: /broke off/ },
  { name: 'cut off', fault: { cutAfter: 1 }, code: 'model_cut_off', tries: 3, says: /broke off/ },
  { name: 'no finish', fault: 'endWithoutFinish', code: 'model_cut_off', tries: 3, says: /broke off/ },
  {
    name: 'an error mid-stream',
    fault: { errorAfter: 1, status: 503 },
    code: 'model_failed',
    tries: 3,
    says: /failed/,
  },
  { name: 'empty', fault: 'empty', code: 'model_empty', tries: 3, says: /without text/ },
  {
    name: 'only white space',
    fault: { finish: 'length', text: ' \n ' },
    code: 'model_empty',
    tries: 3,
    says: /without text/,
  },
  {
    name: 'held back',
    fault: { finish: 'content_filter', text: 'no' },
    code: 'model_refused',
    tries: 1,
    says: /content filter/,
  },
  { name: 'nonsense', fault: 'garbage', code: 'model_failed', tries: 3, says: /cannot be read/ },
];

for (const wire of wires) {
  for (const { name, fault, code, tries, says } of cases) {
    test(`${wire}, ${name}: ${code} after ${tries}`, async (t) => {
      const model = await startModelFor(t);
      model.faultNext(fault, 10);
      const choice = choices(model)[wire];
      const log = keepLog();
      const question = questionOf([user('my dog is called Waldemar')]);
      const error = await failureOf(askOf(choice, threeTries, log)(question, listen().options));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, says);
      assert.match(error.message, new RegExp(`${choice.provider}/m`));
      assert.match(error.toPerson, /^I could not answer: /);
      assert.equal(model.requests.length, tries);
      const told = [error.message, error.toPerson, JSON.stringify(error.cause), ...log.lines].join('\n');
      assert.doesNotMatch(told, /sk-secret|Waldemar/, 'neither the key nor what was said');
      await model.waitFor(() => model.active === 0);
    });
  }
}

test('a quota that is used up is told from a rate', async (t) => {
  const model = await startModelFor(t);
  for (const wire of ['chat', 'responses'] as const) {
    model.faultNext({ status: 429, code: 'insufficient_quota' });
    const error = await failureOf(askOf(choices(model)[wire])(questionOf([user('hi')]), listen().options));
    assert.equal(error.code, 'model_quota_exceeded');
  }
  assert.equal(model.requests.length, 2, 'it is not asked again');
});

const spoken: { name: string; wire: Wire; fault: ModelFault; code: AgentErrorCode }[] = [
  {
    name: 'Google refuses a key as an invalid argument',
    wire: 'google',
    fault: {
      status: 400,
      body: {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
        },
      },
    },
    code: 'model_key_refused',
  },
  {
    name: 'Anthropic tells of an empty account in prose',
    wire: 'anthropic',
    fault: {
      status: 400,
      body: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the Anthropic API.',
        },
      },
    },
    code: 'model_quota_exceeded',
  },
  {
    name: 'a filter refuses the question itself',
    wire: 'chat',
    fault: { status: 400, code: 'content_filter' },
    code: 'model_refused',
  },
  { name: 'a page instead of JSON', wire: 'chat', fault: { status: 404, body: '<html>' }, code: 'model_not_found' },
];

for (const { name, wire, fault, code } of spoken) {
  test(name, async (t) => {
    const model = await startModelFor(t);
    model.faultNext(fault);
    const error = await failureOf(askOf(choices(model)[wire])(questionOf([user('hi')]), listen().options));
    assert.equal(error.code, code, error.message);
  });
}

test('a service that is not there is tried again, and then said to be unreachable', async (t) => {
  const model = await startModelFor(t);
  await model.down();
  const ask = askOf(choices(model).chat, threeTries);
  const error = await failureOf(ask(questionOf([user('hi')]), listen().options));
  assert.equal(error.code, 'model_unreachable');
  assert.match(
    error.message,
    /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\), at each of 3 tries.*OPENAI_BASE_URL/,
  );
});

test('a name that the DNS does not know is unreachable', async (t) => {
  const choice = { ...choices(await startModelFor(t)).chat, baseUrl: 'http://nowhere.invalid/v1' };
  const error = await failureOf(askOf(choice, threeTries)(questionOf([user('hi')]), listen().options));
  assert.equal(error.code, 'model_unreachable');
});

test('a service that comes back is heard', async (t) => {
  const model = await startModelFor(t);
  await model.down();
  const rules = { waitMs: (failed: number) => (failed === 1 ? (void model.up(), 50) : 50) };
  const answer = await askOf(choices(model).chat, rules)(questionOf([user('hi')]), listen().options);
  assert.equal(answer.text, 'Echo: hi');
});

for (const [name, arrange] of [
  ['never answers', (model) => model.faultNext('hang')],
  ['goes silent in the middle', (model) => void model.gate(2)],
] as [string, (model: Awaited<ReturnType<typeof startModelFor>>) => void][]) {
  test(`a model that ${name} ends at the deadline`, async (t) => {
    const model = await startModelFor(t);
    arrange(model);
    const ask = askOf(choices(model).chat, { timeoutMs: 1_500 });
    const error = await failureOf(ask(questionOf([user('a long, long question'.repeat(9))]), listen().options));
    assert.equal(error.code, 'model_timeout');
    assert.match(error.message, /MODEL_TIMEOUT_MS=1500/);
    await model.waitFor(() => model.active === 0);
    assert.equal(model.aborted, 1, 'the request is closed');
  });
}

test('an error within a stream is read by its code', async (t) => {
  const model = await startModelFor(t);
  for (const [code, expected] of [
    ['insufficient_quota', 'model_quota_exceeded'],
    ['rate_limit_exceeded', 'model_rate_limited'],
    ['server_error', 'model_failed'],
  ] as const) {
    for (const wire of ['chat', 'responses'] as const) {
      model.faultNext({ errorAfter: 1, code });
      const rules = { waitMs: () => 60_000 };
      const error = await failureOf(askOf(choices(model)[wire], rules)(questionOf([user('hi')]), listen().options));
      assert.equal(error.code, expected, `${wire}: ${error.message}`);
    }
  }
});

test('a service that reports an error and holds the connection is left', async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.on('close', resolve).writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"error":{"message":"no","code":"content_filter"}}\n\n');
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const choice = { ...choices(await startModelFor(t)).chat, baseUrl: `http://127.0.0.1:${port}/v1` };
  const error = await failureOf(askOf(choice)(questionOf([user('hi')]), listen().options));
  assert.equal(error.code, 'model_refused');
  await closed;
});

test('a wait that the service asks for is kept when there is time', async (t) => {
  const model = await startModelFor(t);
  model.faultNext({ status: 429, retryAfter: 1 });
  await askOf(choices(model).chat)(questionOf([user('hi')]), listen().options);
  const [first, second] = model.requests;
  assert.ok(second && first && second.at - first.at >= 990);
});

test('a wait for which there is no time ends the question at once', async (t) => {
  const model = await startModelFor(t);
  model.faultNext({ status: 429, retryAfter: 3600 });
  const error = await failureOf(askOf(choices(model).chat)(questionOf([user('hi')]), listen().options));
  assert.equal(error.code, 'model_rate_limited');
});

test('a fault of the listener is no failure of the model: it is neither hidden nor a reason to ask again', async (t) => {
  const model = await startModelFor(t);
  const fault = new Error('the live view broke');
  const onText = (): void => {
    throw fault;
  };
  const asked = askOf(choices(model).chat)(questionOf([user('hi')]), { ...listen().options, onText });
  await assert.rejects(asked, (error) => error === fault);
  assert.equal(model.requests.length, 1);
});

test('an abort while it waits for the next try rejects with its reason', async (t) => {
  const model = await startModelFor(t);
  model.faultNext({ status: 503 });
  const controller = new AbortController();
  const reason = new Error('/stop');
  const rules = { waitMs: () => (setImmediate(() => controller.abort(reason)), 9_000) };
  const asked = askOf(choices(model).chat, rules)(questionOf([user('hi')]), listen(controller.signal).options);
  await assert.rejects(asked, (error) => error === reason);
  assert.equal(model.requests.length, 1);
});

test("a key that the service repeats is not told on, and the service's own words are in the debug log only", async (t) => {
  const model = await startModelFor(t);
  const choice = choices(model).chat;
  model.faultNext({ status: 401, body: { error: { message: `Wrong key ${choice.key}`, code: choice.key } } });
  const log = keepLog();
  const error = await failureOf(askOf(choice, {}, log)(questionOf([user('hi')]), listen().options));
  assert.match(error.message, /401 \[key\]/);
  assert.ok(log.lines.some((line) => line.includes('Wrong key [key]')));
  assert.doesNotMatch(log.lines.join('\n'), /sk-secret/);
});
