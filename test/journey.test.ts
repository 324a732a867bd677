/** One message's whole way, step by step as design and ARCHITECTURE tell it, on real servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from '#test/product/stage.ts';

test('a message comes in on Telegram, is stored, answered and delivered', async (t) => {
  const stage = await openStage(t, { env: { AGENT_NAME: 'Ada', AGENT_INSTRUCTIONS: 'Be brief.' } });
  const { telegram, model, database, admin } = stage;
  await stage.start();
  const gate = model.gate();
  const anna = telegram.person({ first_name: 'Anna', language_code: 'de' });

  const said = telegram.say({ from: anna, text: 'Hello, who are you?' });
  await telegram.waitFor(({ pending }) => pending === 0);
  // In: Telegram was told "got it" only now that all of this is in MongoDB.
  const [identity] = await database.find('identities');
  const [person] = await database.find('people');
  const [conversation] = await database.find('conversations');
  const [message] = await database.find('messages');
  assert.deepEqual([identity?.['name'], identity?.['personId']], ['Anna', person?._id]);
  assert.deepEqual([person?.['activeConversationId'], person?.['languages']], [conversation?._id, ['de']]);
  assert.equal(message?.['key'], `in:telegram:${telegram.botId}:${anna.id}::${said.message_id}`);
  assert.deepEqual(
    [message['conversationId'], message['seq'], message['text'], message['answer']],
    [conversation?._id, 1, 'Hello, who are you?', 'wanted'],
  );

  // Turn: the doorbell has rung; under a lease with a fence the agent is asked, and typing shows.
  const { messages: prompt } = await model.waitFor(({ requests }) => requests[0]);
  await telegram.waitFor(({ actions }) =>
    actions.some(({ action, chat_id }) => action === 'typing' && chat_id === anna.id),
  );
  assert.match(String(prompt[0]?.content), /Your name is Ada\. Be brief\./);
  assert.equal(prompt.at(-1)?.content, 'Hello, who are you?');
  const [turn] = await database.find('turns');
  const [held] = await database.find('conversations');
  assert.deepEqual([turn?.['state'], turn?.['inputs']], ['running', [message._id]]);
  assert.deepEqual([held?.['turnId'], held?.['fence'], held?.['hasWork']], [turn?._id, 1, true]);
  gate.release();

  // Decided and carried out: the reply, its delivery, the event; the input answered, the turn done, all settled.
  await database.quiet();
  const [, reply] = await admin.messages(String(conversation?._id));
  assert.deepEqual(
    [reply?.seq, reply?.role, reply?.text, reply?.turnId],
    [2, 'agent', 'Echo: Hello, who are you?', turn?._id],
  );
  const [answered] = await database.find('messages', { _id: message._id });
  const [done] = await database.find('turns');
  const [free] = await database.find('conversations');
  const [event] = await database.find('events');
  assert.deepEqual([answered?.['answer'], done?.['state'], event?.['type']], ['given', 'done', 'turn.done']);
  assert.deepEqual(
    [free?.['decided'], free?.['turnId'], free?.['leaseHolder'], free?.['hasWork']],
    [null, null, null, false],
  );

  // Out: said once, and what Telegram called it is known.
  const [heard, ...others] = telegram.sentTo(anna);
  assert.deepEqual([heard?.text, others], ['Echo: Hello, who are you?', []]);
  const [delivery] = await database.find('deliveries');
  const [part] = (delivery?.['parts'] ?? []) as { state: string; externalId: string; text?: string }[];
  assert.deepEqual([delivery?.['state'], part?.state, part?.externalId], ['sent', 'sent', String(heard?.message_id)]);
  assert.equal(part?.text, undefined, 'the text is kept in the message alone');
  assert.deepEqual(
    reply?.deliveries.map(({ state }) => state),
    ['sent'],
  );

  // The next message is answered with what was said before in mind.
  telegram.say({ from: anna, text: 'And what do you do?' });
  const { messages: next } = await model.waitFor(({ requests }) => requests[1]);
  assert.deepEqual(
    next.slice(-3).map(({ content }) => content),
    ['Hello, who are you?', 'Echo: Hello, who are you?', 'And what do you do?'],
  );
  await database.quiet();
  assert.deepEqual((await admin.jobs()).map(({ kind, state }) => `${kind} ${state}`).toSorted(), [
    'deliver sent',
    'deliver sent',
    'reply done',
    'reply done',
  ]);
});
