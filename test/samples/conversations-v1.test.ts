/** The code samples of the published document run with their lines unchanged, in every language that this machine has. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesOf } from '#test/project.ts';
import { openStage } from '#test/product/stage.ts';
import { documentedSamples } from './documents.ts';
import { cannotRun, runSample } from './runtimes.ts';
import { layWay } from './way.ts';

const LANGUAGES = ['shell', 'http', 'javascript', 'ruby', 'python', 'php', 'java', 'go'];
const isAnswered = filesOf('src/api/documented/*.ts').length > 0;

/** The words that each operation's answer has in it, however a language prints it. */
const ANSWERS: Readonly<Record<string, RegExp[]>> = {
  post__startConversation: [/cnv_[0-9a-f]{32}/, /\bstatus\b/, /\bcontinueOn\b/],
  put__replyToConversation: [/\bid\b/, /\bmessage\b/, /\bdelivery\b/],
};

test('both operations are shown in the eight languages', () => {
  assert.deepEqual(
    documentedSamples().map(({ operation, language }) => `${operation} ${language}`),
    Object.keys(ANSWERS).flatMap((operation) => LANGUAGES.map((language) => `${operation} ${language}`)),
  );
});

test('the documented samples', { skip: !isAnswered && 'the documented endpoints are not there' }, async (t) => {
  const stage = await openStage(t);
  const product = await stage.start();
  const url = await layWay(t, product.url);
  const samples = documentedSamples();

  for (const language of LANGUAGES) {
    await t.test(
      `run in ${language}, and the second need not wait for the first`,
      { skip: cannotRun(language) },
      async () => {
        for (const { operation, code } of samples.filter((sample) => sample.language === language).toReversed()) {
          const folder = await mkdtemp(join(tmpdir(), `pantheon-${language}-`));
          try {
            const printed = await runSample(language, code, url, folder);
            for (const word of ANSWERS[operation] ?? []) assert.match(printed, word, `${operation} printed ${printed}`);
            if (language === 'http') assert.match(printed, /^HTTP\/1\.1 20[01] /);
          } finally {
            await rm(folder, { recursive: true, force: true });
          }
        }
      },
    );
  }
});
