/** Which MongoDB and which Redis is used, and what is said when there is none. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Env } from '#src/channel.ts';
import { ConfigError } from '#src/errors.ts';
import { cacheFolder } from '#src/services/cache.ts';
import { findOnPath } from '#src/services/program.ts';
import { startMongodb } from '#src/services/mongodb.ts';
import { startRedis } from '#src/services/redis.ts';
import { secantusDb } from '#src/services/secantusdb.ts';
import { startServices } from '#src/services/services.ts';
import { createMemoryLog, makeFolder, pidsIn, writeProgram } from './fixtures.ts';

/** A machine on which nothing is installed, nothing is cached and nothing can be reached. */
async function bareMachine(): Promise<Env & { PATH: string }> {
  const home = await makeFolder();
  await mkdir(join(home, 'bin'));
  return { PATH: join(home, 'bin'), HOME: home, MONGOMS_DOWNLOAD_MIRROR: 'https://127.0.0.1:1' };
}

test('nothing works: one error names MONGODB_URI and how to come to Redis, and nothing is left running', async () => {
  const env = await bareMachine();
  const dataDir = await makeFolder();
  await assert.rejects(startServices({ dataDir, env }, createMemoryLog()), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /No MongoDB could be found or started: .*Set MONGODB_URI to one that runs\./);
    assert.match(error.message, /Install Redis \(.+\) or set REDIS_URL/);
    return true;
  });
  assert.deepEqual(await pidsIn(dataDir), []);
});

test('when only one of the two works, it is not left running', async () => {
  const env = await bareMachine();
  const dataDir = await makeFolder();
  await linkProgram(env, 'redis-server');
  await assert.rejects(startServices({ dataDir, env }, createMemoryLog()), /MONGODB_URI/);
  assert.ok((await readdir(join(dataDir, 'redis'))).includes('server'));
  assert.deepEqual(await pidsIn(dataDir), []);
});

test('given services are used as they are, and nothing is made for them', async () => {
  const dataDir = join(await makeFolder(), 'data');
  const given = { mongodbUri: 'mongodb://user:word@db/x', redisUrl: 'redis://:word@cache' };
  const services = await startServices({ ...given, dataDir, env: await bareMachine() }, createMemoryLog());
  assert.deepEqual([services.mongodbUri, services.redisUrl], [given.mongodbUri, given.redisUrl]);
  assert.deepEqual(services.describe, { mongodb: 'given by MONGODB_URI', redis: 'given by REDIS_URL' });
  await services.stop();
  await assert.rejects(readdir(dataDir), { code: 'ENOENT' });
});

/** Puts a program of the real machine on the bare one's path. */
async function linkProgram(env: Env & { PATH: string }, name: string): Promise<void> {
  const file = await findOnPath(name, process.env);
  assert.ok(file, `${name} is on PATH`);
  await writeProgram(join(env.PATH, name), `exec ${file} "$@"`);
}

/** A stand-in for `mongod` that speaks its command line and keeps its data by SecantusDB. */
async function writeMongod(env: Env & { PATH: string }): Promise<void> {
  const { file, env: extra = {} } = await secantusDb(process.env, createMemoryLog());
  const settings = Object.entries(extra).map(([name, value]) => `export ${name}=${value}`);
  await writeProgram(
    join(env.PATH, 'mongod'),
    `${settings.join('\n')}
     while [ $# -gt 0 ]; do
       case "$1" in --port) port=$2 ;; --dbpath) data=$2 ;; esac
       shift
     done
     exec ${file} -m secantus --port "$port" --storage-path "$data" --standalone --log-level WARNING`,
  );
}

test('a mongod on PATH comes first', async (t) => {
  const env = await bareMachine();
  const dataDir = await makeFolder();
  await writeMongod(env);
  const server = await startMongodb(dataDir, env, createMemoryLog());
  t.after(() => server.stop());
  assert.equal(server.name, 'mongod');
});

test('a mongod that does not run is passed over for the next way', async (t) => {
  const env = { ...(await bareMachine()), XDG_CACHE_HOME: join(cacheFolder(process.env), '..') };
  const dataDir = await makeFolder();
  await secantusDb(process.env, createMemoryLog());
  await writeProgram(join(env.PATH, 'mongod'), 'echo "Illegal instruction" >&2; exit 132');
  await linkProgram(env, 'python3');
  const server = await startMongodb(dataDir, env, createMemoryLog());
  t.after(() => server.stop());
  assert.notEqual(server.name, 'mongod');
  assert.match(await readFile(join(dataDir, 'mongod', 'server.log'), 'utf8'), /Illegal instruction/);
});

test('data of SecantusDB stay with SecantusDB when a mongod appears, and the log says so', async (t) => {
  const dataDir = await makeFolder();
  await mkdir(join(dataDir, 'secantusdb'));
  await writeFile(join(dataDir, 'secantusdb', 'holds-the-data'), '');
  const bare = await bareMachine();
  await writeMongod(bare);
  const log = createMemoryLog();
  const env = { ...process.env, PATH: `${bare.PATH}:${process.env['PATH']}` };
  const server = await startMongodb(dataDir, env, log);
  t.after(() => server.stop());
  assert.match(server.name, /^SecantusDB/);
  assert.ok(log.messages.some((message) => message.includes('going on with SecantusDB')));
});

test('data of mongod are never given to SecantusDB', async () => {
  const dataDir = await makeFolder();
  await mkdir(join(dataDir, 'mongod'));
  await writeFile(join(dataDir, 'mongod', 'holds-the-data'), '');
  await assert.rejects(startMongodb(dataDir, await bareMachine(), createMemoryLog()), /mongod.*MONGODB_URI/);
  assert.deepEqual((await readdir(dataDir)).includes('secantusdb'), false);
});

test('a Redis that cannot read its file starts empty', async (t) => {
  const dataDir = await makeFolder();
  const first = await startRedis(dataDir, process.env, createMemoryLog());
  await first.stop();
  await writeFile(join(dataDir, 'redis', 'data', 'appendonlydir', 'appendonly.aof.manifest'), 'rubbish');
  const log = createMemoryLog();
  const second = await startRedis(dataDir, process.env, log);
  t.after(() => second.stop());
  assert.ok(log.messages.some((message) => message.includes('it starts empty')));
});

test(
  'root on Debian gets Redis by apt-get, whose services stay off',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async (t) => {
    const env = await bareMachine();
    const calls = join(env.PATH, '..', 'calls');
    const redis = await findOnPath('redis-server', process.env);
    await writeProgram(
      join(env.PATH, 'apt-get'),
      `echo "$*" >> ${calls}
       [ "$1" = update ] && exec touch ${calls}.updated
       [ -e ${calls}.updated ] || exit 100
       for word in "$@"; do case "$word" in DPkg::Path=*) quiet=\${word#*=} ;; esac; done
       PATH=$quiet invoke-rc.d redis-server start || exit 1
       ln -s ${redis} ${join(env.PATH, 'redis-server')}`,
    );
    await linkProgram(env, 'ln');
    await linkProgram(env, 'touch');
    const server = await startRedis(await makeFolder(), env, createMemoryLog());
    t.after(() => server.stop());
    const words = (await readFile(calls, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(words, ['install', 'update', 'install']);
  },
);
