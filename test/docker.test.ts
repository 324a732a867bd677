/** The image without an engine: what the Dockerfile copies and installs, put into a folder, started as it says. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ROLES } from '#src/config.ts';
import { databaseUri, openDatabase } from './product/database.ts';
import { eventually } from './product/eventually.ts';
import { freePort } from './product/free-port.ts';
import { sharedServices } from './product/services.ts';
import { root, textOf } from './project.ts';

const dockerfile = textOf('Dockerfile');
const compose = textOf('docker-compose.yml');
const lock = JSON.parse(textOf('package-lock.json')) as {
  packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
};

/** The words of an instruction in JSON form. */
function commandOf(instruction: RegExp): string[] {
  const [, words = '[]'] = instruction.exec(dockerfile) ?? [];
  return JSON.parse(words) as string[];
}
const command = commandOf(/^CMD (\[.*\])$/m);
const healthCheck = commandOf(/^ {2}CMD (\[.*\])$/m);

/** The variables that the image sets. */
const imageEnv = Object.fromEntries(
  (/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? '').split(' ').map((pair) => pair.split('=') as [string, string]),
);

/** Runs a command as the image does: `node` is the Node of the tests. */
function runInImage(folder: string, [program = '', ...args]: string[], env: Record<string, string>) {
  assert.equal(program, 'node');
  return spawn(process.execPath, args, { cwd: folder, env: { ...imageEnv, ...env }, stdio: 'ignore' });
}

/** A folder that holds what the image holds. */
async function buildImage(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pantheon-image-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(\S+) \S+$/gm)].map(([, name = '']) => name);
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  const outer = packages.map(([path]) => path).filter((path) => !path.slice(1).includes('node_modules/'));
  for (const path of outer.filter((one) => one !== 'node_modules/node')) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
  return folder;
}

test('what the image holds starts, is healthy, and ends on SIGTERM', async (t) => {
  const { mongodbUri, redisUrl } = await sharedServices();
  const [folder, port, database] = await Promise.all([
    buildImage(t),
    freePort().then(String),
    openDatabase(databaseUri(mongodbUri)),
  ]);
  t.after(() => database.close());
  const env = {
    MONGODB_URI: database.uri,
    REDIS_URL: redisUrl,
    PORT: port,
    HOST: '127.0.0.1',
    // A channel whose platform is away: so that its code is loaded too.
    TELEGRAM_BOT_TOKEN: '1:away',
    TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
  };
  const product = runInImage(folder, command, env);
  t.after(() => product.kill('SIGKILL'));
  const isHealthy = async (): Promise<boolean> => {
    const [code] = (await once(runInImage(folder, healthCheck, { PORT: port }), 'exit')) as [number];
    return code === 0;
  };
  await eventually('the image is healthy', isHealthy);
  product.kill('SIGTERM');
  assert.deepEqual(await once(product, 'exit'), [0, null]);
  assert.equal(await isHealthy(), false);
});

test('the image has the Node and the memory flags that everything else runs on', () => {
  const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: { node: string } };
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  assert.deepEqual(new Set(bases), new Set([`node:${dependencies.node}-slim`]));
  const flags = [...textOf('bin/start.js').matchAll(/'(--[^']+)'/g)].map(([, flag]) => flag);
  assert.deepEqual(
    command.filter((word) => word.startsWith('--')),
    flags,
  );
});

test('the image is not root, and installs only what needs no script', () => {
  assert.match(dockerfile, /^USER node$/m);
  const scripts = Object.entries(lock.packages).filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev);
  assert.deepEqual(
    scripts.map(([path]) => path),
    // The first falls back to JavaScript, the second is the Node that the image has already.
    ['node_modules/msgpackr-extract', 'node_modules/node'],
  );
});

test('between app and worker every role is taken, and only the app can be reached, from this machine', () => {
  const [, roles = ''] = /^ +ROLES: (.+)$/m.exec(compose) ?? [];
  assert.deepEqual(['api', ...roles.split(',')].toSorted(), [...ROLES].toSorted());
  const published = [...compose.matchAll(/^ +- (\S+:\d+)$/gm)].map(([, port]) => port);
  assert.deepEqual(published, ['127.0.0.1:${PORT:-3000}:3000']);
});
