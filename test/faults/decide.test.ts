/** An answer is posted only if it still answers what was asked, however late that has changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from 'grammy/types';
import { within } from '#test/product/eventually.ts';
import { startProxy } from '#test/product/proxy.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const MONGODB_7 = 21;
/** The writes by which an answer is decided (a document under `decided`), and by which its turn is done. */
// oxlint-disable-next-line no-control-regex
const [DECIDED, DONE] = [/\x03decided\0/, /update\0.{4}turns\0.*done/s];
/** The write by which it comes to be said. */
// oxlint-disable-next-line no-control-regex
const TO_BE_SAID = /insert\0.{4}deliveries\0/s;

test('what happens in the moment in which an answer is decided', async (t) => {
  const { mongodbUri } = await sharedServices();
  const mongodb = await startProxy(t, 'mongodb', mongodbUri, { wireVersion: MONGODB_7 });
  const stage = await openStage(t, { via: { mongodbUri: mongodb.via } });
  await stage.start();
  const { telegram, database } = stage;

  /** Says something, stops the product where it writes this, lets `meanwhile` happen, and gives what is heard at last. */
  const hearAfter = async (says: RegExp, meanwhile: (said: Message) => void): Promise<string[]> => {
    const person = telegram.person();
    const stopped = mongodb.stopAt({ says, where: 'before' });
    const said = telegram.say({ from: person, text: 'a question' });
    await within(60_000, 'the answer is decided', stopped);
    meanwhile(said);
    await telegram.waitFor(({ pending }) => pending === 0);
    mongodb.resume();
    await database.quiet();
    return telegram.sentTo(person).map(({ text }) => text);
  };

  await t.test('an edit before it: the answer is thrown away, and the new question answered', async () => {
    const texts = await hearAfter(DECIDED, (said) => telegram.edit(said, { text: 'another' }));
    assert.deepEqual(texts, ['Echo: another']);
  });

  await t.test('a message before it: both are answered together', async () => {
    const texts = await hearAfter(DECIDED, ({ from }) => from && telegram.say({ from, text: 'and one more' }));
    assert.deepEqual(texts, ['Echo: a question\n\nand one more']);
  });

  await t.test('a message after it: the answer is said, and the message answered next', async () => {
    const texts = await hearAfter(DONE, ({ from }) => from && telegram.say({ from, text: 'one more' }));
    assert.deepEqual(texts, ['Echo: a question', 'Echo: one more']);
  });

  await t.test('/stop before it: nothing is said', async () => {
    const texts = await hearAfter(DECIDED, ({ from }) => from && telegram.say({ from, text: '/stop' }));
    assert.deepEqual(texts, ['Stopped.']);
  });

  await t.test('/stop after it, before it comes to be said: it is not said', async () => {
    const texts = await hearAfter(TO_BE_SAID, ({ from }) => from && telegram.say({ from, text: '/stop' }));
    const answers = await database.find('deliveries', { kind: 'message' });
    assert.deepEqual([texts, answers.at(-1)?.['state']], [['Stopped.'], 'cancelled']);
  });
});
