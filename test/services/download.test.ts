/** The download of `mongod`: it works, it ends when nothing comes, and its failure is remembered. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { downloadedMongod } from '#src/services/downloaded-mongod.ts';
import { createMemoryLog, makeFolder, writeProgram } from './fixtures.ts';

/** Listens on a free port; the host and port by which it is reached. */
async function listen(t: TestContext, server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that says nothing is given up, and not asked again for a day', async (t) => {
  let calls = 0;
  const silent = createServer((socket) => {
    calls += 1;
    t.after(() => socket.destroy());
  });
  const cache = await makeFolder();
  const mirror = `https://${await listen(t, silent)}`;
  const env = { ...process.env, XDG_CACHE_HOME: cache, MONGOMS_DOWNLOAD_MIRROR: mirror };
  const tryIt = (): Promise<unknown> => downloadedMongod(env, createMemoryLog(), 2000);

  await assert.rejects(tryIt(), /nothing came within 2 s/);
  await assert.rejects(tryIt(), /could not be downloaded lately/);
  assert.equal(calls, 1);

  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(cache, 'pantheon', 'mongod', 'download-failed'), yesterday, yesterday);
  await assert.rejects(tryIt(), /nothing came within 2 s/);
  assert.equal(calls, 2);
});

/** An archive as the mirror has it, with a program of ours in it. */
async function makeArchive(folder: string): Promise<Buffer> {
  await mkdir(join(folder, 'mongodb', 'bin'), { recursive: true });
  await writeProgram(join(folder, 'mongodb', 'bin', 'mongod'), 'echo it is me');
  await promisify(execFile)('tar', ['-czf', join(folder, 'archive.tgz'), '-C', folder, 'mongodb']);
  return readFile(join(folder, 'archive.tgz'));
}

test('what was downloaded is checked, and found at the next start without a question', async (t) => {
  const archive = await makeArchive(await makeFolder());
  let calls = 0;
  const mirror = createHttpServer((request, response) => {
    calls += 1;
    const isChecksum = request.url?.endsWith('.md5');
    const body = isChecksum ? Buffer.from(`${createHash('md5').update(archive).digest('hex')}  x`) : archive;
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  const env = {
    ...process.env,
    XDG_CACHE_HOME: await makeFolder(),
    MONGOMS_DOWNLOAD_MIRROR: `http://${await listen(t, mirror)}`,
    MONGOMS_USE_HTTP: 'true',
  };
  const first = await downloadedMongod(env, createMemoryLog(), 20_000);
  const { stdout } = await promisify(execFile)(first.file);
  assert.equal(stdout, 'it is me\n');
  const second = await downloadedMongod(env, createMemoryLog());
  assert.deepEqual([second.file, calls], [first.file, 2]);
});
