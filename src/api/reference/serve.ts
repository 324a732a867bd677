/** `GET /openapi.json`: the document, from memory. */
import { readFileSync } from 'node:fs';
import { Router } from 'express';
import type { Config } from '../../config.ts';
import type { About, ApiDocument } from './document.ts';

const PACKAGE = new URL('../../../package.json', import.meta.url);

/** What this installation is, and where it is reached. */
export function aboutThis({ PUBLIC_URL, PORT }: Pick<Config, 'PUBLIC_URL' | 'PORT'>): About {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return { version, serverUrl: PUBLIC_URL ?? `http://localhost:${PORT || 3000}` };
}

/** Makes the route. Whoever has the document already gets 304. */
export function serveDocument(document: ApiDocument): Router {
  const text = JSON.stringify(document);
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.set('Cache-Control', 'no-cache').type('json').send(text);
  });
  return router;
}
