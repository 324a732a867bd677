/** The samples of the reference run as they stand, in every language that this machine has. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { oas31 } from 'zod-openapi';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { openStage } from '#test/product/stage.ts';
import { cannotRun, print, sendRaw } from '#test/samples/runtimes.ts';

interface Sample {
  lang: string;
  source: string;
}

/** What a reader types, once the sample is in a file of this name. */
const COMMANDS: Readonly<Record<string, [file: string, ...command: string[]]>> = {
  shell: ['run.sh', 'sh', 'run.sh'],
  javascript: ['run.mjs', process.execPath, 'run.mjs'],
  ruby: ['run.rb', 'ruby', 'run.rb'],
  python: ['run.py', 'python3', 'run.py'],
  php: ['run.php', 'php', 'run.php'],
  java: ['Main.java', 'java', 'Main.java'],
  go: ['main.go', 'go', 'run', 'main.go'],
};

test('the samples of the reference', async (t) => {
  const stage = await openStage(t);
  const { url } = await stage.start();
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as oas31.OpenAPIObject;
  const samplesOf = (path: string, method: 'get' | 'post') =>
    document.paths?.[path]?.[method]?.['x-codeSamples'] as Sample[];
  /** What a reader puts in: their address and their keys. */
  const filledIn = ({ source }: Sample) =>
    source
      .replaceAll('http://localhost:3000', url)
      .replaceAll('localhost:3000', new URL(url).host)
      .replaceAll('YOUR_API_KEY', ADMIN_KEY)
      .replaceAll('YOUR_SECRET', ADMIN_SECRET);

  for (const sample of samplesOf('/v1/jobs', 'get')) {
    await t.test(`in ${sample.lang} get what they ask for`, { skip: cannotRun(sample.lang) }, async () => {
      assert.match(await run(sample.lang, filledIn(sample)), /"data":\[\]/);
    });
  }
  for (const sample of samplesOf('/v1/jobs/{id}/resolve', 'post')) {
    await t.test(`in ${sample.lang} send a body that is understood`, { skip: cannotRun(sample.lang) }, async () => {
      assert.match(await run(sample.lang, filledIn(sample)), /Job trn_\w+ does not exist/);
    });
  }

  async function run(language: string, code: string): Promise<string> {
    const [file = '', command = '', ...args] = COMMANDS[language] ?? [];
    if (command === '') return sendRaw(code, url);
    const folder = await mkdtemp(join(tmpdir(), `pantheon-${language}-`));
    try {
      await writeFile(join(folder, file), code);
      return await print(command, args, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
});
