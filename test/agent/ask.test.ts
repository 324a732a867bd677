/** The agent asks real models' wire formats through the real AI library, and streams what they say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { askOf, choices, listen, questionOf, startModelFor, user } from './asking.ts';

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
before(() => void process.on('unhandledRejection', note));
after(() => {
  process.off('unhandledRejection', note);
  assert.deepEqual(rejections, [], 'no promise of the library is left alone');
});

const wires = ['chat', 'responses', 'anthropic', 'google', 'local'] as const;

for (const wire of wires) {
  test(`${wire}: an answer is streamed, and its pieces add up to it`, async (t) => {
    const model = await startModelFor(t);
    model.reply = () => ({ text: 'Good morning to you, and to all whom you know!', chunk: 5 });
    const { heard, options } = listen();
    const choice = choices(model)[wire];
    const answer = await askOf(choice)(questionOf([user('hello')]), options);
    assert.equal(answer.text, 'Good morning to you, and to all whom you know!');
    assert.equal(heard.join(''), answer.text);
    assert.ok(heard.length > 5, 'piece by piece');
    assert.equal(answer.model, `${choice.provider}/m`);
    assert.ok(answer.tokens && answer.tokens.input > 0 && answer.tokens.output > 0);
    const [request] = model.requests;
    assert.deepEqual(
      request?.messages.map((message) => message.role),
      ['system', 'user'],
    );
    assert.equal(request?.messages[1]?.content, 'hello');
  });

  test(`${wire}: an abort rejects with its reason and closes the request`, async (t) => {
    const model = await startModelFor(t);
    model.gate(2);
    const controller = new AbortController();
    const { begun, options } = listen(controller.signal);
    const reason = new Error('a further message came');
    const asked = askOf(choices(model)[wire])(questionOf([user('tell me a story '.repeat(20))]), options);
    await begun;
    controller.abort(reason);
    await assert.rejects(asked, (error) => error === reason);
    await model.waitFor(() => model.active === 0);
    assert.equal(model.aborted, 1);
    assert.equal(model.requests.length, 1, 'it is not asked again');
  });

  test(`${wire}: a try that broke off is begun again, after a restart`, async (t) => {
    const model = await startModelFor(t);
    model.reply = () => ({ text: 'one two three four', chunk: 4 });
    model.faultNext({ cutAfter: 2 });
    const { heard, options } = listen();
    const answer = await askOf(choices(model)[wire])(questionOf([user('count')]), options);
    assert.equal(answer.text, 'one two three four');
    const restart = heard.indexOf(null);
    assert.equal(heard.slice(0, restart).join(''), 'one two ');
    assert.equal(heard.slice(restart + 1).join(''), answer.text);
  });
}

test('nothing is asked when the question is aborted already', async (t) => {
  const model = await startModelFor(t);
  const reason = new Error('stopped');
  const { options } = listen(AbortSignal.abort(reason));
  await assert.rejects(askOf(choices(model).chat)(questionOf([user('hi')]), options), (error) => error === reason);
  assert.equal(model.requests.length, 0);
});

test('an answer that came to its limit is kept, and says so', async (t) => {
  const model = await startModelFor(t);
  model.faultNext({ finish: 'length', text: 'Once upon a' });
  const { heard, options } = listen();
  const answer = await askOf(choices(model).chat)(questionOf([user('a story')]), options);
  assert.match(answer.text, /^Once upon a\n\n\[The answer was cut off here/);
  assert.equal(heard.join(''), answer.text);
});

test('a message too long to be read in full is answered, and the person is told', async (t) => {
  const model = await startModelFor(t);
  model.reply = () => 'Long!';
  const { heard, options } = listen();
  const answer = await askOf(choices(model).chat)(questionOf([user('x'.repeat(256 * 1024))]), options);
  assert.match(answer.text, /^Long!\n\n\[Your message was too long/);
  assert.equal(heard.join(''), answer.text);
});

test('what a model thinks between tags is not part of its answer', async (t) => {
  const model = await startModelFor(t);
  model.reply = () => ({ text: '<think>they greet me</think>Hello!', chunk: 3 });
  const { heard, options } = listen();
  const answer = await askOf(choices(model).local)(questionOf([user('hi')]), options);
  assert.equal(answer.text.trim(), 'Hello!');
  assert.equal(heard.join(''), answer.text);
});

test('OpenAI is asked not to keep what was said', async (t) => {
  const model = await startModelFor(t);
  await askOf(choices(model).responses)(questionOf([user('hi')]), listen().options);
  assert.equal(model.requests[0]?.body['store'], false);
});
