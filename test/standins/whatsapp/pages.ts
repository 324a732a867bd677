/** Serves the page over TLS, and holds the lines of the browsers that show it. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { stripTypeScriptTypes } from 'node:module';
import { type WebSocket, WebSocketServer } from 'ws';
import { createCertificate } from './certificate.ts';
import type { FromPage, ToPage } from './wire.ts';

/** One browser. `token`: by which it is linked to the phone. */
export interface Line {
  token?: string;
  send(frame: ToPage): void;
}

export interface Pages {
  lines: Set<Line>;
  browserArgs: string[];
  cut: () => void;
  down: () => void;
  up: () => void;
  /** How long a browser waits for the page. */
  delayMs: number;
  close(): Promise<void>;
}

const PAGE = new URL('page/', import.meta.url);
const HTML = '<!doctype html><title>WhatsApp</title><script type="module" src="/main.ts"></script>';

async function readPage(): Promise<Map<string, string>> {
  const names = await readdir(PAGE);
  const files = names.map(async (name): Promise<[string, string]> => {
    return [`/${name}`, stripTypeScriptTypes(await readFile(new URL(name, PAGE), 'utf8'))];
  });
  return new Map(await Promise.all(files));
}

/** Listens on a free loopback port. */
export async function startPages(heard: (line: Line, frame: FromPage) => void, changed: () => void): Promise<Pages> {
  const files = await readPage();
  const { key, cert, fingerprint } = createCertificate();
  const lines = new Set<Line>();
  const sockets = new Set<WebSocket>();
  const server = createServer({ key, cert }, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'https://web.whatsapp.com');
    const file = files.get(pathname);
    if (pathname !== '/' && file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file === undefined ? 'text/html' : 'text/javascript' });
    if (file === undefined) setTimeout(() => response.end(HTML), pages.delayMs);
    else response.end(file);
  });
  let isDown = false;
  new WebSocketServer({ server, path: '/link' }).on('connection', (socket) => {
    if (isDown) return socket.terminate();
    const line: Line = { send: (frame) => socket.send(JSON.stringify(frame)) };
    lines.add(line);
    sockets.add(socket);
    socket.on('message', (data: Buffer) => heard(line, JSON.parse(data.toString('utf8')) as FromPage));
    socket.on('close', () => {
      lines.delete(line);
      sockets.delete(socket);
      changed();
    });
    changed();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const rules = `MAP web.whatsapp.com 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`;
  const pages: Pages = {
    lines,
    delayMs: 0,
    browserArgs: [`--host-resolver-rules=${rules}`, `--ignore-certificate-errors-spki-list=${fingerprint}`],
    cut: () => sockets.forEach((socket) => socket.terminate()),
    down() {
      isDown = true;
      pages.cut();
    },
    up: () => void (isDown = false),
    async close() {
      for (const socket of sockets) socket.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return pages;
}
