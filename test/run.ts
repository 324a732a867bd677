/**
 * Runs the suite: one MongoDB and one Redis for all of it, found or started as the product does it, in a folder of
 * their own that is gone afterwards.
 *
 * Test files find them in `TEST_MONGODB_URI` and `TEST_REDIS_URL`, and use a database and a key prefix of their own.
 * Given from outside, those two are used as they are. Arguments are passed to `node --test`; files among them replace
 * the whole suite.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#src/log.ts';
import { type Services, startServices } from '#src/services/services.ts';

const SUITE = 'test/**/*.test.ts';
const TEST_MS = 10 * 60_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs `node --test` on the services and resolves with its exit code. */
function runTests(args: string[], { mongodbUri, redisUrl }: Services): Promise<number> {
  const { MONGODB_URI: _mongodb, REDIS_URL: _redis, ...env } = process.env;
  const flags = [`--test-concurrency=${Math.max(2, availableParallelism())}`, `--test-timeout=${TEST_MS}`];
  const files = args.some((arg) => !arg.startsWith('-')) ? [] : [SUITE];
  const child = spawn(process.execPath, ['--test', ...flags, ...args, ...files], {
    stdio: 'inherit',
    env: { ...env, TEST_MONGODB_URI: mongodbUri, TEST_REDIS_URL: redisUrl },
  });
  interrupted.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

// A signal ends the tests but not us: what we have started must be stopped and removed first.
const interruption = new AbortController();
const interrupted = interruption.signal;
for (const signal of SIGNALS) process.on(signal, () => interruption.abort());

const { TEST_MONGODB_URI: mongodbUri, TEST_REDIS_URL: redisUrl } = process.env;
const dataDir = await mkdtemp(join(tmpdir(), 'pantheon-test-'));
try {
  const services = await startServices({ mongodbUri, redisUrl, dataDir }, createLogger('info', true));
  try {
    process.exitCode = interrupted.aborted ? 1 : await runTests(process.argv.slice(2), services);
  } finally {
    await services.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
