/** Texts of every length arrive whole, in parts that the platform takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContractFixture, newKey, type Opened } from './fixture.ts';

const UNLIMITED = 100_000;
const CHARACTERS = { ASCII: 'a', CJK: '漢', astral: '🧭' } as const;
const never = new AbortController().signal;

/** Says the text, part by part, and gives the number of parts. */
async function say({ channel, chat }: Opened, markdown: string): Promise<number> {
  const parts = channel.format(markdown);
  for (const text of parts) await channel.send({ chat, text, key: newKey() }, never);
  return parts.length;
}

function withoutSpaces(texts: readonly string[]): string {
  return texts.join('').replaceAll(/\s/g, '');
}

export function limitTests({ open, limit }: ContractFixture): void {
  for (const [name, character] of Object.entries(CHARACTERS)) {
    const most = limit ? Math.floor(limit.most / limit.sizeOf(character)) : UNLIMITED;

    test(`${name}: a text at the limit is one message, one character more are two, and nothing is lost`, async (t) => {
      const [fits, exceeds] = [await open(t), await open(t)];
      assert.equal(await say(fits, character.repeat(most)), 1);
      assert.deepEqual(fits.arrived(), [character.repeat(most)]);
      assert.equal(await say(exceeds, character.repeat(most + 1)), limit ? 2 : 1);
      assert.equal(withoutSpaces(exceeds.arrived()), character.repeat(most + 1));
    });

    test(`${name}: words without end arrive whole`, async (t) => {
      const opened = await open(t);
      const words = `${character.repeat(7)} `.repeat(Math.ceil((most * 2.5) / 8));
      await say(opened, words);
      assert.equal(withoutSpaces(opened.arrived()), words.replaceAll(' ', ''));
    });
  }

  test('nothing to see is nothing to say', async (t) => {
    const { channel } = await open(t);
    assert.ok(channel.format('a').length === 1 && channel.format('one\n\ntwo').length > 0);
  });
}
