/** Agents over HTTP: made, changed and removed by an admin, read by everybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_AGENT_ID } from '#src/conversation.ts';
import { openStage } from '#test/product/stage.ts';

interface Agent {
  id: string;
  number: number;
  name: string;
  instructions: string;
  isDefault: boolean;
}
interface Problem {
  status: number;
  code: string;
  errors?: { pointer: string; detail: string }[];
}

const variables = { AGENT_NAME: 'Ada', AGENT_INSTRUCTIONS: 'Be brief.' };

test('agents over HTTP', async (t) => {
  const stage = await openStage(t, { env: variables });
  const { admin, model } = stage;
  // Two at once: the default agent is made by both, and is one.
  const [{ url }] = await Promise.all([stage.start(), stage.start()]);
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const call = <T = Agent>(method: string, path = '', body?: object) =>
    admin.call<T>(method, `/v1/agents${path}`, body);
  const refusal = async (method: string, path: string, body?: object) => {
    const { status, body: problem } = await call<Problem>(method, path, body);
    return { status, code: problem.code, pointers: problem.errors?.map(({ pointer }) => pointer) };
  };
  const list = async (query = '') => (await call<{ data: Agent[]; next: string | null }>('GET', query)).body;
  const names = async (query = '') => (await list(query)).data.map(({ number, name }) => [number, name]);
  const remove = (id: string) =>
    fetch(`${url}/v1/agents/${id}`, {
      method: 'DELETE',
      headers: {
        authorization: `Basic ${Buffer.from('test-admin-key:test-admin-secret-0123456789').toString('base64')}`,
      },
    });

  await t.test('the first is the default agent, and is as the variables say', async () => {
    const { status, body } = await call('GET', `/${DEFAULT_AGENT_ID}`);
    assert.equal(status, 200);
    const { createdAt, updatedAt, ...rest } = body as Agent & { createdAt: string; updatedAt: string };
    assert.deepEqual(rest, {
      id: DEFAULT_AGENT_ID,
      number: 1,
      name: 'Ada',
      instructions: 'Be brief.',
      models: [],
      voice: null,
      languages: [],
      isDefault: true,
    });
    assert.match(createdAt, /^\d{4}-.*\.\d{3}Z$/);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(await names(), [[1, 'Ada']]);
  });

  await t.test('an agent is made with its fields, and listed first', async () => {
    const { status, body } = await call('POST', '', {
      name: ' Malam ',
      instructions: 'Teach Hausa.',
      models: ['openai/standin-model', 'local/llama'],
      voice: 'alloy',
      languages: ['Hausa', 'en-GB', 'hausa'],
    });
    assert.equal(status, 201);
    assert.partialDeepStrictEqual(body, {
      number: 2,
      name: 'Malam',
      instructions: 'Teach Hausa.',
      models: ['openai/standin-model', 'local/llama'],
      voice: 'alloy',
      languages: ['ha', 'en'],
      isDefault: false,
    });
    assert.match(body.id, /^agt_[0-9a-f]{32}$/);
    assert.deepEqual((await call('GET', `/${body.id}`)).body, body);
    assert.deepEqual(await names(), [
      [2, 'Malam'],
      [1, 'Ada'],
    ]);
  });

  await t.test('many made at once each have a number of their own, without a gap', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) => call('POST', '', { name: `Twin ${String.fromCodePoint(65 + n)}` })),
    );
    assert.deepEqual(
      made.map(({ body }) => body.number).toSorted((a, b) => a - b),
      [3, 4, 5, 6, 7, 8, 9, 10],
    );
    assert.ok(
      made.every(({ body }) => body.instructions === 'Be brief.'),
      'the variables hold where nothing is said',
    );
    assert.deepEqual(
      (await list('?limit=3')).data.map(({ number }) => number),
      [10, 9, 8],
    );
    const { next } = await list('?limit=9');
    assert.deepEqual(await names(`?after=${next}`), [[1, 'Ada']]);
    assert.deepEqual(
      (await names('?order=asc&limit=2')).map(([number]) => number),
      [1, 2],
    );
  });

  await t.test('no two have one name, in whatever case; of two at once one is made', async () => {
    for (const name of ['malam', 'MALAM ', 'ada']) {
      assert.deepEqual(await refusal('POST', '', { name }), {
        status: 409,
        code: 'agent_name_taken',
        pointers: undefined,
      });
    }
    const both = await Promise.all([call('POST', '', { name: 'Echo' }), call('POST', '', { name: 'echo' })]);
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 409],
    );
    const [malam] = (await list('?order=asc&limit=2')).data.slice(1);
    assert.equal((await refusal('PATCH', `/${malam?.id}`, { name: 'ECHO' })).code, 'agent_name_taken');
    assert.equal((await call('PATCH', `/${malam?.id}`, { name: 'MALAM' })).status, 200, 'its own name is its own');
  });

  const wrong: [what: string, body: object, pointer: string][] = [
    ['no name', {}, '/name'],
    ['a blank name', { name: '  ' }, '/name'],
    ['a number as name', { name: '7' }, '/name'],
    ['an id as name', { name: 'agt_x' }, '/name'],
    ['two lines as name', { name: 'a\nb' }, '/name'],
    ['an endless name', { name: 'x'.repeat(65) }, '/name'],
    ['blank instructions', { name: 'x', instructions: '' }, '/instructions'],
    ['a model of nobody', { name: 'x', models: ['openai/m', 'm'] }, '/models/1'],
    ['an unknown language', { name: 'x', languages: ['klingonish'] }, '/languages/0'],
    ['an unknown field', { name: 'x', colour: 'red' }, '/colour'],
  ];
  for (const [what, body, pointer] of wrong) {
    await t.test(`${what} is refused with its pointer`, async () => {
      assert.deepEqual(await refusal('POST', '', body), { status: 422, code: 'input_invalid', pointers: [pointer] });
    });
  }

  await t.test('a model whose provider has no key is refused, and the variable named', async () => {
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${DEFAULT_AGENT_ID}`],
    ] as const) {
      const { status, body } = await call<Problem>(method, path, { name: 'Claude', models: ['anthropic/claude'] });
      assert.equal(status, 422);
      assert.equal(body.errors?.[0]?.pointer, '/models/0');
      assert.match(body.errors[0].detail, /ANTHROPIC_API_KEY is missing/);
    }
  });

  await t.test('an unknown language is answered with the nearest', async () => {
    const { body } = await call<Problem>('POST', '', { name: 'Worf', languages: ['klingonish'] });
    assert.match(body.errors?.[0]?.detail ?? '', /Klingon/);
  });

  await t.test('the default agent takes a name and instructions, and gives them back to the variables', async () => {
    const path = `/${DEFAULT_AGENT_ID}`;
    const change = { name: 'Grace', instructions: 'Be kind.' };
    assert.partialDeepStrictEqual((await call('PATCH', path, change)).body, change);
    assert.equal((await call('POST', '', { name: 'Ada' })).status, 201, 'the name of the variable is free now');
    assert.equal((await refusal('PATCH', path, { name: null })).code, 'agent_name_taken');
    const back = await call('PATCH', path, { instructions: null });
    assert.partialDeepStrictEqual(back.body, { name: 'Grace', instructions: 'Be brief.' });
    const [ada] = (await list('?limit=1')).data;
    await remove(ada?.id ?? '');
    assert.equal((await call('PATCH', path, { name: null })).body.name, 'Ada');
  });

  await t.test('only the default agent can be without a name of its own', async () => {
    const [latest] = (await list('?limit=1')).data;
    assert.deepEqual(await refusal('PATCH', `/${latest?.id}`, { name: null }), {
      status: 422,
      code: 'input_invalid',
      pointers: ['/name'],
    });
  });

  await t.test('an agent that is removed is gone, and its name free, but its number is never given again', async () => {
    const made = await call('POST', '', { name: 'Brief', instructions: 'a secret of the operator' });
    const response = await remove(made.body.id);
    assert.deepEqual([response.status, await response.text()], [204, '']);
    assert.equal((await remove(made.body.id)).status, 404);
    for (const method of ['GET', 'PATCH']) {
      const body = method === 'PATCH' ? { voice: null } : undefined;
      assert.equal((await call(method, `/${made.body.id}`, body)).status, 404);
    }
    assert.ok(!(await names()).flat().includes('Brief'));
    assert.ok(!JSON.stringify(await stage.database.find('agents')).includes('a secret of the operator'));
    const again = await call('POST', '', { name: 'brief' });
    assert.equal(again.status, 201);
    assert.equal(again.body.number, made.body.number + 1);
  });

  await t.test('the default agent stays', async () => {
    assert.equal((await remove(DEFAULT_AGENT_ID)).status, 409);
    assert.equal((await call('GET', `/${DEFAULT_AGENT_ID}`)).status, 200);
  });

  await t.test('an agent is tried, and nothing of it is stored', async () => {
    const { data } = await list('?order=asc&limit=2');
    const asked = model.requests.length;
    const { status, body } = await call<{ text: string; model: string; tokens: object }>(
      'POST',
      `/${data[1]?.id}/try`,
      {
        message: 'Ina kwana?',
      },
    );
    assert.equal(status, 200);
    assert.deepEqual([body.text, body.model], ['Echo: Ina kwana?', 'openai/standin-model']);
    assert.deepEqual(Object.keys(body.tokens), ['input', 'output']);
    const [request] = model.requests.slice(asked);
    assert.match(
      request?.messages[0]?.content ?? '',
      /^Your name is MALAM\. Teach Hausa\.[^]*if it is one of Hausa, English/,
    );
    for (const collection of ['messages', 'turns', 'deliveries', 'events']) {
      assert.deepEqual(await stage.database.find(collection), [], collection);
    }
  });

  await t.test('a try that fails says why, and one without a message is refused', async () => {
    model.faultNext({ status: 401 });
    const { status, body } = await call<Problem>('POST', `/${DEFAULT_AGENT_ID}/try`, { message: 'hi' });
    assert.deepEqual([status, body.code], [502, 'model_key_refused']);
    assert.deepEqual(await refusal('POST', `/${DEFAULT_AGENT_ID}/try`, { message: ' ' }), {
      status: 422,
      code: 'input_invalid',
      pointers: ['/message'],
    });
    assert.equal((await refusal('POST', '/agt_nobody/try', { message: 'hi' })).status, 404);
  });

  await t.test('who is no admin reads them, and changes nothing', async () => {
    const ways: [string, string][] = [
      ['POST', ''],
      ['PATCH', `/${DEFAULT_AGENT_ID}`],
      ['DELETE', `/${DEFAULT_AGENT_ID}`],
      ['POST', `/${DEFAULT_AGENT_ID}/try`],
    ];
    for (const [method, path] of ways) {
      const response = await fetch(`${url}/v1/agents${path}`, { method, body: '{}' });
      assert.equal(response.status, 403, `${method} ${path}`);
    }
    assert.equal((await fetch(`${url}/v1/agents`)).status, 200);
    assert.equal((await fetch(`${url}/v1/agents/${DEFAULT_AGENT_ID}`)).status, 200);
  });
});
