/** The reference: one document, written from the routes, which knows all that is answered and nothing else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { oas31 } from 'zod-openapi';
import { ADMIN_KEY, ADMIN_SECRET } from '#test/product/admin.ts';
import { openStage } from '#test/product/stage.ts';
import { filesOf, textOf } from '#test/project.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const LANGUAGES = ['shell', 'http', 'javascript', 'ruby', 'python', 'php', 'java', 'go'];

interface Documented {
  method: string;
  path: string;
  operation: oas31.OperationObject;
}

function operationsOf({ paths = {} }: oas31.OpenAPIObject): Documented[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [{ method, path, operation: item[method] }] : [])),
  );
}

/** What is put before Express by hand, as `get /chat`. */
function routersLines(): string[] {
  return filesOf('src/{api,web}/**/*.ts').flatMap((file) =>
    [...textOf(file).matchAll(/router\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)].map(
      ([, method = '', path = '']) => `${method} ${path.replaceAll(/[:*](\w+)/g, '{$1}')}`,
    ),
  );
}

test('the reference', async (t) => {
  const stage = await openStage(t, { env: { WEB_ACCESS: 'loopback' } });
  const { url } = await stage.start();
  const response = await fetch(`${url}/openapi.json`);
  const text = await response.text();
  const document = JSON.parse(text) as oas31.OpenAPIObject;
  const operations = operationsOf(document);

  await t.test('is OpenAPI 3.1 in JSON, from memory: who has it already is told so', async () => {
    assert.equal(document.openapi, '3.1.0');
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    // Node's fetch asks past every cache as soon as it is given this header.
    const headers = { 'if-none-match': response.headers.get('etag') ?? '' };
    const [again] = (await once(get(`${url}/openapi.json`, { headers }), 'response')) as [IncomingMessage];
    again.resume();
    assert.equal(again.statusCode, 304);
  });

  await t.test('refers to nothing that is not in it', () => {
    const names = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    const components = document.components as Record<string, Record<string, unknown>>;
    assert.ok(names.length > 50);
    assert.deepEqual(
      names.filter(([, kind = '', name = '']) => !components[kind]?.[name]).map(([whole]) => whole),
      [],
    );
  });

  await t.test('names, files and sums up each operation, and shows it in the eight languages', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const { operation, path } of operations) {
      assert.ok(operation.summary && operation.tags?.length === 1, path);
      const samples = operation['x-codeSamples'] as { lang: string; source: string }[];
      assert.deepEqual(
        samples.map(({ lang }) => lang),
        LANGUAGES,
      );
      for (const { source } of samples) assert.ok(source.length > 30 && !source.includes('undefined'), source);
    }
  });

  await t.test('says which key each operation needs', () => {
    const securityOf = (id: string) =>
      operations.find(({ operation }) => operation.operationId === id)?.operation.security;
    const keys = [{ apiKey: [], secret: [] }, { basic: [] }];
    assert.deepEqual(securityOf('getLivez'), []);
    assert.deepEqual(securityOf('getV1Conversations'), [...keys, {}]);
    assert.deepEqual(securityOf('getV1Jobs'), keys);
  });

  await t.test('knows whatever is put before the router by hand', () => {
    const known = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    assert.deepEqual(
      routersLines().filter((line) => !known.has(line)),
      [],
    );
  });

  await t.test('knows nothing that is not answered', async () => {
    const keys = { apiKey: ADMIN_KEY, secret: ADMIN_SECRET };
    for (const { method, path } of operations) {
      const leave = new AbortController();
      const address = `${url}${path.replaceAll(/\{\w+\}/g, 'x')}`;
      const answer = await fetch(address, { method, headers: keys, signal: leave.signal });
      const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
      const { detail } = isProblem ? ((await answer.json()) as { detail: string }) : { detail: '' };
      leave.abort();
      assert.notEqual(answer.status, 405, `${method} ${path}`);
      assert.doesNotMatch(detail, /^There is no /, `${method} ${path}`);
    }
  });
});
