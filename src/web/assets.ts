/**
 * The files of the chat page, read once into memory: our modules with their types stripped, and the libraries they import.
 *
 * A request only ever looks up a name among these, so no path of a request reaches the file system.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';

/** One file, ready to be sent. */
export interface Asset {
  type: string;
  etag: string;
  body: Buffer;
  gzipped: Buffer;
}

/** All files by their path below `/chat/assets/`, and what an import map says of the libraries among them. */
export interface Assets {
  files: ReadonlyMap<string, Asset>;
  imports: Readonly<Record<string, string>>;
}

const CLIENT = new URL('client/', import.meta.url);
const LIBRARIES = ['preact', 'preact/hooks', '@preact/signals', '@preact/signals-core', 'htm', 'marked'] as const;
const TYPES: Readonly<Record<string, string>> = {
  '.ts': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Makes a file of what is in memory. */
export function makeAsset(type: string, content: string): Asset {
  const body = Buffer.from(content);
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  // Weak: the same for the plain and the gzipped bytes.
  return { type, etag: `W/"${digest}"`, body, gzipped: gzipSync(body) };
}

/** The names of the page's own files, in a stable order. */
async function clientNames(): Promise<string[]> {
  const names = await readdir(CLIENT, { recursive: true });
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => extname(name) in TYPES)
    .sort();
}

/** Reads a file of ours as a browser takes it. */
export async function readAsset(file: URL): Promise<Asset> {
  const content = await readFile(file, 'utf8');
  const type = TYPES[extname(file.pathname)] as string;
  return makeAsset(type, file.pathname.endsWith('.ts') ? stripTypeScriptTypes(content) : content);
}

async function readLibrary(name: string): Promise<[string, Asset]> {
  const content = await readFile(new URL(import.meta.resolve(name)), 'utf8');
  // Source maps are not served; naming them would make developer tools ask for them.
  const code = content.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  return [libraryPath(name), makeAsset(TYPES['.ts'] as string, code)];
}

function libraryPath(name: string): string {
  return `vendor/${name.replace('@', '').replaceAll('/', '-')}.js`;
}

/** Sends a file, or 304 when the browser has this very version. */
export function sendAsset(request: Request, response: Response, asset: Asset): void {
  response.set({ ETag: asset.etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' });
  if (request.fresh) return void response.status(304).end();
  response.type(asset.type);
  if (request.acceptsEncodings('gzip') === 'gzip') {
    response.set('Content-Encoding', 'gzip').send(asset.gzipped);
  } else {
    response.send(asset.body);
  }
}

/** Reads and prepares every file of the page. */
export async function loadAssets(): Promise<Assets> {
  const names = await clientNames();
  const own = await Promise.all(names.map(async (name) => [name, await readAsset(new URL(name, CLIENT))] as const));
  const libraries = await Promise.all(LIBRARIES.map(readLibrary));
  return {
    files: new Map([...own, ...libraries]),
    imports: Object.fromEntries(LIBRARIES.map((name) => [name, `/chat/assets/${libraryPath(name)}`])),
  };
}
