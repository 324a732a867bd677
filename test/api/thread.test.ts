/** The published "Conversation Thread" document over HTTP: begin, fetch, continue; in JSON and as a stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentedConversation } from '#src/api/documented/shapes.ts';
import { openStage } from '#test/product/stage.ts';

interface Answered<T> {
  status: number;
  headers: Headers;
  body: T;
}

interface Problem {
  status: number;
  code: string;
  errors?: { pointer: string; detail: string }[];
}

const texts = ({ messages }: DocumentedConversation) => messages.map(({ owner, message }) => `${owner}: ${message}`);

test('the documented conversation thread', async (t) => {
  const stage = await openStage(t);
  const { model } = stage;
  const { url } = await stage.start();
  model.reply = (messages) => `About ${messages.at(-1)?.content ?? ''}`;

  const call = async <T = DocumentedConversation>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answered<T>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
  };
  const begin = async (body: object) => (await call('POST', '/conversation/new', { save: true, ...body })).body;

  await t.test('a saved conversation is begun with an answer, and read again with all its fields', async () => {
    const { status, body } = await call('POST', '/conversation/new', {
      title: 'Testing you',
      inlanguage: 'hausa',
      outputLanguage: 'English',
      responsetype: 'text',
      agentId: '',
      stream: false,
      save: true,
      message: 'Hello Bro',
      messagetype: 'text',
    });
    assert.equal(status, 201);
    const [answer, question] = body.messages;
    assert.partialDeepStrictEqual(body, {
      title: 'Testing you',
      inlanguage: 'hausa',
      outputlanguage: 'english',
      responsetype: 'text',
      save: true,
    });
    assert.deepEqual(texts(body), ['machine: About Hello Bro', 'user: Hello Bro']);
    assert.deepEqual(question, {
      id: question?.id,
      message: 'Hello Bro',
      messagetype: 'text',
      owner: 'user',
      app: 'api',
      createdAt: question?.createdAt,
    });
    assert.match(answer?.id ?? '', /^msg_/);
    const again = await call('GET', `/conversation/${body.id}`);
    assert.deepEqual(again.body, { ...body, updatedAt: again.body.updatedAt });
    const list = await call<{ conversations: object[]; next: string | null }>('GET', '/conversations');
    const { messages: _, ...summary } = again.body;
    assert.deepEqual(list.body, { conversations: [summary], next: null });
  });

  await t.test('it is continued: what is stored already is recognised, the newest is answered', async () => {
    const begun = await begin({ message: 'one' });
    const more = [{ message: 'two', messagetype: 'text', owner: 'user' }, ...begun.messages];
    const { status, body } = await call('POST', `/conversation/${begun.id}`, { messages: more });
    assert.equal(status, 200);
    assert.deepEqual(texts(body), ['machine: About two', 'user: two']);
    const asText = [
      { message: 'three', owner: 'user' },
      { message: 'noted by me', owner: 'machine' },
      { message: 'About two', owner: 'machine' },
      { message: 'two', owner: 'user' },
    ];
    const third = await call('POST', `/conversation/${begun.id}`, { messages: asText });
    assert.deepEqual(texts(third.body), ['machine: About three', 'user: three', 'machine: noted by me']);
    const { body: all } = await call('GET', `/conversation/${begun.id}`);
    assert.deepEqual(texts(all).toReversed(), [
      'user: one',
      'machine: About one',
      'user: two',
      'machine: About two',
      'machine: noted by me',
      'user: three',
      'machine: About three',
    ]);
  });

  await t.test('"yes" said again after an answer is new, and a message alone is one entry', async () => {
    const { id } = await begin({ message: 'yes' });
    const { body } = await call('POST', `/conversation/${id}`, { message: 'yes', messagetype: 'text' });
    assert.deepEqual(texts(body), ['machine: About yes', 'user: yes']);
    const { body: all } = await call('GET', `/conversation/${id}`);
    assert.equal(all.messages.length, 4);
  });

  await t.test('the same list twice adds nothing the second time', async () => {
    const { id } = await begin({ message: 'first' });
    const { body } = await call('GET', `/conversation/${id}`);
    const { body: second } = await call('POST', `/conversation/${id}`, { messages: body.messages });
    assert.deepEqual(second.messages, []);
  });

  await t.test('an instruction is kept and not answered; a change of topic hides what was before', async () => {
    const { id } = await begin({ message: 'old topic' });
    const instruction = { message: 'You are a pirate.', topic: 'instruction', owner: 'user' };
    const kept = await call('POST', `/conversation/${id}`, { messages: [instruction] });
    assert.deepEqual(texts(kept.body), ['user: You are a pirate.']);
    assert.equal(kept.body.messages[0]?.topic, 'instruction');
    let shown = '';
    model.reply = (messages) => {
      shown = JSON.stringify(messages);
      return `About ${messages.at(-1)?.content ?? ''}`;
    };
    const { body } = await call('POST', `/conversation/${id}`, { message: 'new topic', topic: 'change topic' });
    assert.deepEqual(texts(body), ['machine: About new topic', 'user: new topic']);
    assert.ok(!shown.includes('old topic'), 'earlier turns are no longer shown to the model');
    const { body: all } = await call('GET', `/conversation/${id}`);
    assert.ok(texts(all).includes('user: old topic'), 'and stay in the history');
  });

  await t.test('an instruction is taken to the letter, whatever it begins with', async () => {
    const { id } = await begin({ message: 'hello' });
    const instruction = { message: '$lastSeq is what you always say.', topic: 'instruction', owner: 'user' };
    const { status } = await call('POST', `/conversation/${id}`, { messages: [instruction] });
    let shown = '';
    model.reply = (messages) => {
      shown = JSON.stringify(messages);
      return `About ${messages.at(-1)?.content ?? ''}`;
    };
    await call('POST', `/conversation/${id}`, { message: 'What do you say?' });
    assert.equal(status, 200);
    assert.match(shown, /\$lastSeq is what you always say/);
  });

  await t.test('a stream grows, and ends with the message and the conversation', async () => {
    const response = await fetch(`${url}/conversation/new`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ save: true, stream: true, message: 'stream please' }),
    });
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const events = readEvents(await response.text());
    assert.deepEqual([events[0]?.event, events.at(-2)?.event, events.at(-1)?.event], ['start', 'message', 'done']);
    const grown = events.filter(({ event }) => event === 'delta').map(({ data }) => data['text']);
    assert.equal(grown.join(''), 'About stream please');
    assert.equal(events.at(-2)?.data['message'], 'About stream please');
    assert.equal(events.at(-1)?.data['id'], events[0]?.data['id']);
  });

  await t.test('unsaved is answered, streamed too, and cannot be fetched', async () => {
    const { status, body } = await call('POST', '/conversation/new', { message: 'secret thing' });
    assert.equal(status, 201);
    assert.deepEqual([body.save, ...texts(body)], [false, 'machine: About secret thing', 'user: secret thing']);
    assert.equal((await call('GET', `/conversation/${body.id}`)).status, 404);
    const streamed = await fetch(`${url}/conversation/new`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stream: 1, message: 'secret stream' }),
    });
    const events = readEvents(await streamed.text());
    const grown = events.filter(({ event }) => event === 'delta').map(({ data }) => data['text']);
    assert.equal(grown.join(''), 'About secret stream');
    assert.equal(events.at(-1)?.data['save'], false);
  });

  await t.test('forty scripts and emoji of several parts come back as they were said', async () => {
    const scripts = 'AΩЯԱאعܐހअঅਅઅଅஅఅಅഅඅกກཀကა한አᎠᐁក᠀あアㄅ漢ꀀⴰߊᚠ𐌰𐎠𓀀';
    assert.equal(Array.from(scripts).length, 40);
    const message = `${scripts} 👨‍👩‍👧‍👦 🏳️‍🌈 é\u0301 👍🏽`;
    const { messages, id } = await begin({ message });
    assert.equal(messages.at(-1)?.message, message);
    const { body } = await call('GET', `/conversation/${id}`);
    assert.deepEqual(
      body.messages.map((one) => one.message),
      [`About ${message}`, message],
    );
  });

  await t.test('what cannot be taken is told in words that help', async () => {
    const detailOf = async (body: object) =>
      (await call<Problem>('POST', '/conversation/new', { message: 'x', ...body })).body.errors?.[0]?.detail ?? '';
    assert.match(await detailOf({ inlanguage: 'englsh' }), /language.*nearest.*english/i);
    assert.equal(await detailOf({ messagetype: 'smell' }), 'must be text, voice, image or video');
    assert.match(await detailOf({ responsetype: 'voice' }), /available: text/);
  });

  for (const [what, body, pointer] of [
    ['no message', {}, '/message'],
    ['a blank message', { message: ' \n' }, '/message'],
    ['a language that nobody speaks', { message: 'x', outputlanguage: 'klingonish' }, '/outputlanguage'],
    ['a response type that cannot be made', { message: 'x', responsetype: 'voice' }, '/responsetype'],
    ['a response type that is none', { message: 'x', responsetype: 'smell' }, '/responsetype'],
    ['an agent that is none', { message: 'x', agentId: 'nobody' }, '/agentId'],
    ['a kind that is none', { message: 'x', messagetype: 'smell' }, '/messagetype'],
    ['a voice that is no address', { message: 'x', messagetype: 'voice' }, '/message'],
  ] as const) {
    await t.test(`a new conversation is refused for ${what}`, async () => {
      const answered = await call<Problem>('POST', '/conversation/new', body);
      assert.equal(answered.status, 422);
      assert.deepEqual(
        answered.body.errors?.map((error) => error.pointer),
        [pointer],
      );
    });
  }

  const { id } = await begin({ message: 'to be refused' });
  for (const [what, body, pointer] of [
    ['an empty list', { messages: [] }, '/messages'],
    ['10,000 entries', { messages: Array.from({ length: 10_000 }, () => ({ message: 'x' })) }, '/messages'],
    ['both forms', { messages: [{ message: 'x' }], message: 'y' }, '/message'],
    ['neither form', {}, '/message'],
    ['an unknown owner', { messages: [{ message: 'x', owner: 'dog' }] }, '/messages/0/owner'],
    ['an unknown topic', { messages: [{ message: 'x', topic: 'weather' }] }, '/messages/0/topic'],
    ['an unknown kind', { messages: [{ message: 'x', messagetype: 'smell' }] }, '/messages/0/messagetype'],
  ] as const) {
    await t.test(`a conversation is not continued with ${what}`, async () => {
      const answered = await call<Problem>('POST', `/conversation/${id}`, body);
      assert.equal(answered.status, 422);
      assert.deepEqual(
        answered.body.errors?.map((error) => error.pointer),
        [pointer],
      );
    });
  }

  await t.test('a list of response types gives what can be made, and names the rest', async () => {
    const body = await begin({ message: 'both', responsetype: 'voice,text' });
    assert.deepEqual([body.responsetype, body.unavailable], ['voice,text', ['voice']]);
  });

  await t.test('a hundred calls at once are a hundred messages, each once, each answered', async () => {
    const begun = await begin({ message: 'start' });
    const said = Array.from({ length: 100 }, (_, n) => `number ${n}`);
    const answers = await Promise.all(said.map((message) => call('POST', `/conversation/${begun.id}`, { message })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    for (const [n, { body }] of answers.entries()) {
      assert.ok(texts(body).includes(`user: number ${n}`));
      assert.equal(body.messages[0]?.owner, 'machine');
    }
    const { body: all } = await call('GET', `/conversation/${begun.id}`);
    const users = texts(all).filter((line) => line.startsWith('user: number'));
    assert.deepEqual(users.toSorted(), said.map((text) => `user: ${text}`).toSorted());
  });
});

function readEvents(text: string): { event: string; data: Record<string, unknown> }[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as Record<string, unknown>,
    }));
}
