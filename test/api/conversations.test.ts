/** Conversations over HTTP: begun, changed, spoken in, read as one text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN_KEY, ADMIN_SECRET, type ShownMessage } from '#test/product/admin.ts';
import { openStage } from '#test/product/stage.ts';

interface Shown {
  id: string;
  title: string | null;
  personId?: string;
  version: number;
  [field: string]: unknown;
}
interface Problem {
  status: number;
  code: string;
  errors?: { pointer: string }[];
}

test('conversations over HTTP', async (t) => {
  const stage = await openStage(t);
  const { telegram, admin, model, database } = stage;
  const { url } = await stage.start();
  model.reply = (messages) => `About ${messages.at(-1)?.content ?? ''}`;
  const ann = telegram.person({ first_name: 'Ann' });
  telegram.say({ from: ann, text: 'hello' });
  await telegram.waitFor(() => telegram.sentTo(ann).length === 1);
  await database.quiet();
  const [annTalk] = await admin.conversations();
  /** A keyless caller at this machine: the person `local`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const local = async <T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (response.status === 204 ? undefined : await response.json()) as T };
  };
  const pointersOf = ({ body }: { body: Problem }) => body.errors?.map(({ pointer }) => pointer);

  await t.test('one is begun with what is wished of it, and is in the list', async () => {
    const wishes = {
      title: 'A trip',
      agentId: '1',
      inLanguage: 'hausa',
      outLanguage: 'English',
      responseTypes: ['text'],
    };
    const { status, body } = await local<Shown>('POST', '/v1/conversations', wishes);
    assert.equal(status, 201);
    assert.partialDeepStrictEqual(body, {
      kind: 'direct',
      title: 'A trip',
      inLanguage: 'ha',
      outLanguage: 'en',
      version: 1,
      mode: 'agent',
    });
    assert.deepEqual((await local('GET', `/v1/conversations/${body.id}`)).body, body);
    assert.deepEqual((await local<{ data: object[] }>('GET', '/v1/conversations')).body.data, [body]);
    assert.equal((await local('POST', '/v1/conversations')).status, 201);
  });

  await t.test('what is not known, or not the caller’s to say, is refused with a pointer', async () => {
    const refuse = async (body: object) => {
      const answer = await local<Problem>('POST', '/v1/conversations', body);
      assert.equal(answer.status, 422, JSON.stringify(body));
      return pointersOf(answer);
    };
    const languages = { inLanguage: 'klingonish', outLanguage: 'elvish' };
    assert.deepEqual(await refuse(languages), ['/inLanguage', '/outLanguage']);
    assert.deepEqual(await refuse({ agentId: 'nobody' }), ['/agentId']);
    assert.deepEqual(await refuse({ title: '   ' }), ['/title']);
    assert.deepEqual(await refuse({ title: 'x'.repeat(201) }), ['/title']);
    assert.deepEqual(await refuse({ responseTypes: [] }), ['/responseTypes']);
    assert.deepEqual(await refuse({ responseTypes: ['text', 'text'] }), ['/responseTypes']);
    assert.deepEqual(await refuse({ responseTypes: ['smell'] }), ['/responseTypes/0']);
    assert.deepEqual(await refuse({ person: annTalk?.personId }), ['/person']);
    const unknown = await admin.call<Problem>('POST', '/v1/conversations', { person: 'per_nobody' });
    assert.deepEqual([unknown.status, pointersOf(unknown)], [422, ['/person']]);
    assert.equal((await local('POST', '/v1/conversations', { colour: 'red' })).status, 422);
  });

  await t.test('a change raises the version; null takes away; nothing changes nothing', async () => {
    const { body } = await local<Shown>('POST', '/v1/conversations', { title: 'A', inLanguage: 'fr' });
    const changed = await local<Shown>('PATCH', `/v1/conversations/${body.id}`, { title: 'B', inLanguage: null });
    assert.deepEqual(changed, { status: 200, body: { ...body, title: 'B', inLanguage: null, version: 2 } });
    assert.deepEqual((await local<Shown>('PATCH', `/v1/conversations/${body.id}`, {})).body, changed.body);
    const unknown = await local<Problem>('PATCH', `/v1/conversations/${body.id}`, { outLanguage: 'klingonish' });
    assert.deepEqual([unknown.status, pointersOf(unknown)], [422, ['/outLanguage']]);
  });

  await t.test('what an admin says goes to the app where the person last wrote, and shows who speaks', async () => {
    const { status, body } = await admin.call<ShownMessage>('POST', `/v1/conversations/${annTalk?.id}/messages`, {
      text: 'I have looked into it.',
    });
    assert.equal(status, 202);
    assert.partialDeepStrictEqual(body, {
      role: 'human',
      text: 'I have looked into it.',
      app: 'telegram',
      origin: 'api',
    });
    assert.equal(body.deliveries.length, 1);
    await telegram.waitFor(() => telegram.sentTo(ann).length === 2);
    assert.match(telegram.sentTo(ann)[1]?.text ?? '', /Human.*I have looked into it\./);
    await database.quiet();
    const stored = (await admin.call<ShownMessage>('GET', `/v1/messages/${body.id}`)).body;
    assert.deepEqual(
      stored.deliveries.map(({ state }) => state),
      ['sent'],
    );
    assert.equal(model.requests.length, 1, 'the agent has nothing to answer');
  });

  await t.test('what a person says over the API is theirs, and the agent answers it', async () => {
    const { body: talk } = await local<Shown>('POST', '/v1/conversations', {});
    const said = await local<ShownMessage>('POST', `/v1/conversations/${talk.id}/messages`, { text: 'over HTTP' });
    assert.partialDeepStrictEqual(said, { status: 202, body: { role: 'user', seq: 1, app: 'api', deliveries: [] } });
    await database.quiet();
    const messages = await admin.messages(talk.id);
    assert.deepEqual(
      messages.map(({ role, text }) => [role, text]),
      [
        ['user', 'over HTTP'],
        ['agent', 'About over HTTP'],
      ],
    );
    assert.deepEqual(
      (await admin.jobs('?kind=deliver')).filter(({ conversationId }) => conversationId === talk.id),
      [],
    );
  });

  await t.test('who may not speak, says nothing or sends what cannot be taken is refused', async () => {
    const { body: talk } = await local<Shown>('POST', '/v1/conversations', {});
    const path = `/v1/conversations/${talk.id}/messages`;
    assert.equal((await local('POST', path, { text: 'x', as: 'human' })).status, 403);
    for (const [body, pointer] of [
      [{}, '/text'],
      [{ text: ' \n' }, '/text'],
      [{ text: 'x'.repeat(256 * 1024 + 1) }, '/text'],
      [{ text: 'x', as: 'dog' }, '/as'],
      [{ text: 'x', attachments: ['att_1'] }, '/attachments'],
    ] as const) {
      const answer = await local<Problem>('POST', path, body);
      assert.deepEqual([answer.status, pointersOf(answer)], [422, [pointer]]);
    }
    assert.equal((await local('POST', `/v1/conversations/${annTalk?.id}/messages`, { text: 'x' })).status, 404);
    assert.equal((await local('POST', '/v1/conversations/cnv_none/messages', { text: 'x' })).status, 404);
    assert.deepEqual(await admin.messages(talk.id), []);
  });

  await t.test("somebody else's message looks as if it were not there", async () => {
    const [message] = await admin.messages(annTalk?.id ?? '');
    assert.equal((await admin.call('GET', `/v1/messages/${message?.id}`)).status, 200);
    assert.equal((await local('GET', `/v1/messages/${message?.id}`)).status, 404);
    assert.equal((await local('GET', '/v1/messages/msg_none')).status, 404);
  });

  await t.test('a transcript is Markdown or JSON, as it is asked for', async () => {
    const path = `${url}/v1/conversations/${annTalk?.id}/transcript`;
    const get = (query: string, accept = '*/*') =>
      fetch(`${path}${query}`, { headers: { apiKey: ADMIN_KEY, secret: ADMIN_SECRET, accept } });
    const markdown = await get('');
    assert.match(markdown.headers.get('content-type') ?? '', /^text\/markdown/);
    assert.match(await markdown.text(), /^# .*\n\n\*\*You\*\* · .* · telegram\n\nhello\n\n\*\*Pantheon\*\*/);
    for (const json of [await get('', 'application/json'), await get('?format=json')]) {
      const body = (await json.json()) as { conversation: Shown; messages: ShownMessage[] };
      assert.equal(body.conversation.id, annTalk?.id);
      assert.deepEqual(body.messages, await admin.messages(annTalk?.id ?? ''));
    }
    const { body: empty } = await local<Shown>('POST', '/v1/conversations', {});
    const shown = await local<{ messages: object[] }>('GET', `/v1/conversations/${empty.id}/transcript?format=json`);
    assert.deepEqual(shown.body.messages, []);
    assert.equal((await get('', 'image/png')).status, 406);
    assert.equal((await get('?format=pdf')).status, 422);
    assert.equal((await local('GET', `/v1/conversations/${annTalk?.id}/transcript`)).status, 404);
  });
});
