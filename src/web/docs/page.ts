/** `GET /docs`: the reference, written once and served from memory. */
import { Router } from 'express';
import type { ApiDocument } from '../../api/reference/document.ts';
import { NotFoundError } from '../../errors.ts';
import { type Asset, makeAsset, readAsset, sendAsset } from '../assets.ts';
import { SAFETY_HEADERS } from '../page.ts';
import { DOCS_POLICY, docsDocument } from './document.ts';

const WEB = new URL('../', import.meta.url);

/** The page's files, by their path in the web's folder. The palette and the colours of code are the chat page's. */
const FILES = [
  'client/favicon.svg',
  'client/style/base.css',
  'client/style/prose.css',
  'docs/client/style/layout.css',
  'docs/client/style/operation.css',
  'docs/client/style/code.css',
  'client/view/highlight.ts',
  'docs/client/code.ts',
  'docs/client/contents.ts',
  'docs/client/find.ts',
  'docs/client/languages.ts',
  'docs/client/main.ts',
];

interface Loaded {
  files: ReadonlyMap<string, Asset>;
  page: Asset;
}

async function load(document: ApiDocument): Promise<Loaded> {
  const files = await Promise.all(FILES.map(async (name) => [name, await readAsset(new URL(name, WEB))] as const));
  return { files: new Map(files), page: makeAsset('text/html; charset=utf-8', docsDocument(document, FILES)) };
}

/** Makes the routes below `/docs`. They are open to everybody, as the document is. */
export function createDocsPage(document: ApiDocument): Router {
  const router = Router();
  let loading: Promise<Loaded> | undefined;
  const loaded = () => (loading ??= load(document));

  router.use('/docs', (_request, response, next) => {
    response.set(SAFETY_HEADERS);
    next();
  });

  router.get('/docs', async (request, response) => {
    response.set('Content-Security-Policy', DOCS_POLICY);
    sendAsset(request, response, (await loaded()).page);
  });

  router.get('/docs/assets/*path', async (request, response) => {
    const name = request.params.path.join('/');
    const asset = (await loaded()).files.get(name);
    if (!asset) throw new NotFoundError(`The file "${name}"`);
    sendAsset(request, response, asset);
  });

  return router;
}
