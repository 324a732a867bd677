/** P6: the disk is full. Nothing is acknowledged that is not stored, `/readyz` says so, and all is well with space again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkNothingLost, gather } from '#test/product/crowd.ts';
import { eventually } from '#test/product/eventually.ts';
import { atEnd, makeDataDir, ownServices, removeDataDir } from '#test/product/services.ts';
import { openStage } from '#test/product/stage.ts';

const run = promisify(execFile);
const DISK = '128m';

/** A small disk of its own; `undefined` where we may not make one. */
async function mountDisk(): Promise<string | undefined> {
  const folder = await makeDataDir();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]);
  } catch {
    return undefined;
  }
  atEnd(async () => {
    await run('umount', ['--lazy', folder]);
    await removeDataDir(folder);
  });
  return folder;
}

/** Fills the disk to its last byte. */
async function fill(folder: string): Promise<void> {
  const rubbish = join(folder, 'rubbish');
  await rm(rubbish, { force: true });
  for (const piece of [1 << 20, 1 << 12, 1]) {
    const bytes = Buffer.alloc(piece);
    for (let isFull = false; !isFull;) {
      isFull = await writeFile(rubbish, bytes, { flag: 'a' }).then(
        () => false,
        () => true,
      );
    }
  }
}

test('the disk fills up while people write', async (t) => {
  const disk = await mountDisk();
  if (disk === undefined) return t.skip('a disk of 128 MB can be made by root alone (mount -t tmpfs)');
  const services = await ownServices(disk);
  const stage = await openStage(t, { services, isEmbedded: true, env: { DATA_DIR: disk } });
  const product = await stage.start();
  await services.stop();
  const { telegram } = stage;
  const crowd = gather(stage, 10);
  /** What `/readyz` complains of. */
  const problems = async (): Promise<string> => {
    const response = await fetch(`${product.url}/readyz`);
    const body = (await response.json()) as { problems: string[] };
    assert.equal(response.status, body.problems.length > 0 ? 503 : 200);
    return body.problems.join();
  };
  stage.model.reply = (messages) => `Echo: ${messages.at(-1)?.content.slice(0, 100)}`;
  crowd.sayAll();
  await checkNothingLost(stage, crowd);

  await fill(disk);
  crowd.sayAll();
  // MongoDB writes on in what it had reserved: somebody has a lot to say until that is used up, too.
  const chatterbox = telegram.person();
  await eventually('/readyz says that MongoDB cannot store', async () => {
    if (telegram.pending < 100) telegram.say({ from: chatterbox, text: 'many words '.repeat(10_000) });
    return (await problems()).includes('MongoDB');
  });
  assert.ok(telegram.pending > 0, 'what is not stored is not acknowledged');

  await rm(join(disk, 'rubbish'));
  const { sent, unknown, shown } = await checkNothingLost(stage, crowd);
  assert.equal(sent.length + unknown.length, 20);
  assert.deepEqual(shown, []);
  await eventually('/readyz is content', async () => (await problems()) === '');
});
