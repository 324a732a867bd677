/**
 * `npm run fuzz-api`: Schemathesis reads /openapi.json of a product on an empty database and sends it what nobody would
 * think of. Exit code 1 when an answer is a crash, or is not as the document has it: status, content type, or body.
 *
 * Bounded by time and by examples; arguments go to Schemathesis (`npm run fuzz-api -- --max-time 600`, `-n 200`).
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '#src/services/cache.ts';
import { ADMIN_KEY, ADMIN_SECRET, createAdmin } from '#test/product/admin.ts';
import { eventually } from '#test/product/eventually.ts';
import { startProduct } from '#test/product/product.ts';

const VERSION = '4.32.5';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
const BOUNDS = ['--max-time=300', '--max-examples=50', '--request-timeout=20'];
/** These never end. */
const STREAMS = '/stream$';

/** Runs a command on our terminal, and resolves with its exit code. */
async function run(command: string, args: string[], cwd: string): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** The command, installed into the user's cache when it is not there. */
async function findSchemathesis(): Promise<string> {
  const folder = join(cacheFolder(process.env), `schemathesis-${VERSION}`);
  const command = join(folder, 'bin', 'schemathesis');
  if (existsSync(command)) return command;
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]],
  ];
  for (const [step, args] of steps) {
    if ((await run(step, args, tmpdir())) !== 0) throw new Error(`Schemathesis cannot be installed: ${step} failed.`);
  }
  return command;
}

/** Brings something about that can be found, and tells Schemathesis its ids: guessed ones lead to 404 alone. */
async function knownIds(url: string): Promise<string> {
  const admin = createAdmin(() => url);
  const body = JSON.stringify({ id: randomUUID(), text: 'hello' });
  await fetch(`${url}/webhooks/web`, { method: 'POST', body });
  const job = await eventually('there is a job', async () => (await admin.jobs())[0]);
  return Object.entries({ conversations: job.conversationId, jobs: job.id })
    .map(([path, id]) => `[[operations]]\ninclude-path-regex = "/v1/${path}/"\nparameters = { "path.id" = "${id}" }\n`)
    .join('\n');
}

const command = await findSchemathesis();
const dataDir = await mkdtemp(join(tmpdir(), 'pantheon-fuzz-'));
try {
  const env = {
    DATA_DIR: dataDir,
    ADMIN_KEY,
    ADMIN_SECRET,
    RATE_LIMIT: '1000000',
    PERSON_RATE: '1000000',
    DAILY_TURNS: '1000000',
    PERSON_DAILY_TURNS: '1000000',
    LOCAL_MODEL_URL: 'http://127.0.0.1:9',
  };
  const product = await startProduct(env, dataDir);
  try {
    await writeFile(join(dataDir, 'schemathesis.toml'), await knownIds(product.url));
    const [apiKey, secret] = [`apiKey: ${ADMIN_KEY}`, `secret: ${ADMIN_SECRET}`];
    const what = ['--checks', CHECKS.join(','), '--exclude-path-regex', STREAMS, '-H', apiKey, '-H', secret];
    const where = ['run', `${product.url}/openapi.json`, '--url', product.url];
    process.exitCode = await run(command, [...where, ...what, ...BOUNDS, ...process.argv.slice(2)], dataDir);
    const crashes = product.lines.filter(({ msg }) => msg === 'a request failed').map(({ error }) => String(error));
    for (const crash of new Set(crashes)) process.stderr.write(`${crash}\n`);
  } finally {
    await product.kill('SIGTERM');
  }
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
