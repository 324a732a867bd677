/** Any sequence of calls of a documented conversation gives the same history as a small model of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DocumentedConversation } from '#src/api/documented/shapes.ts';
import { openStage } from '#test/product/stage.ts';

/** An entry of the history as the model knows it. */
interface Line {
  owner: 'user' | 'machine';
  text: string;
}

/** What a program does: sends new entries, behind as much of the history as it likes to repeat. */
interface Step {
  fresh: Line[];
  repeats: number;
  isInstruction: boolean;
}

const answerTo = (text: string): string => `About ${text}`;

/** The model: the longest run at the beginning of the list that ends the history is known, the rest is new. */
function apply(history: Line[], list: Line[], isInstruction: boolean): Line[] {
  const same = (a: Line | undefined, b: Line | undefined) => a?.owner === b?.owner && a?.text === b?.text;
  let known = Math.min(list.length, history.length);
  while (known > 0 && !list.slice(0, known).every((line, n) => same(line, history[history.length - known + n])))
    known--;
  const added = list.slice(known);
  const asked = isInstruction ? undefined : added.findLast(({ owner }) => owner === 'user');
  const answer: Line[] = asked ? [{ owner: 'machine', text: answerTo(asked.text) }] : [];
  return [...history, ...added, ...answer];
}

const line = fc.record(
  {
    owner: fc.constantFrom('user' as const, 'machine' as const),
    // Few texts, so that repetitions happen; among them what answers look like.
    text: fc.constantFrom('yes', 'no', 'About yes', '👍🏽', 'wasá ṣe', 'नमस्ते'),
  },
  { noNullPrototype: true },
);
const step: fc.Arbitrary<Step> = fc.record({
  fresh: fc.array(line, { maxLength: 3 }),
  repeats: fc.nat({ max: 6 }),
  isInstruction: fc.boolean(),
});

test('a documented conversation is what the model says, whatever is called', async (t) => {
  const stage = await openStage(t);
  const { url } = await stage.start();
  stage.model.reply = (messages) => answerTo(messages.at(-1)?.content.split('\n').at(-1) ?? '');
  const post = async (path: string, body: object): Promise<DocumentedConversation> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(response.ok, `${path} was answered by ${response.status}`);
    return (await response.json()) as DocumentedConversation;
  };
  const read = async (id: string): Promise<Line[]> => {
    const { messages } = (await (await fetch(`${url}/conversation/${id}`)).json()) as DocumentedConversation;
    return messages.map(({ owner, message }) => ({ owner, text: message })).toReversed();
  };

  const isAsItShouldBe = async (first: string, steps: Step[]): Promise<void> => {
    const { id } = await post('/conversation/new', { save: true, message: first });
    let history = apply([], [{ owner: 'user', text: first }], false);
    for (const { fresh, repeats, isInstruction } of steps) {
      const list = [...history.slice(history.length - repeats), ...fresh];
      if (list.length === 0) continue;
      const messages = list.map(({ owner, text }) => ({
        owner,
        message: text,
        ...(isInstruction ? { topic: 'instruction' } : {}),
      }));
      await post(`/conversation/${id}`, { messages: messages.toReversed() });
      history = apply(history, list, isInstruction);
    }
    assert.deepEqual(await read(id), history);
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom('yes', 'no'), fc.array(step, { maxLength: 5 }), isAsItShouldBe), {
    numRuns: 60,
    interruptAfterTimeLimit: 60_000,
  });
});
