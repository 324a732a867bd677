/** The chat page on a real server of its own, with a small store in memory in the place of the product's: the outer wall of its tests. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ErrorRequestHandler } from 'express';
import { createWeb } from '#adapters/web/index.ts';
import type { Visitor } from '#src/channel.ts';
import type { InboundMessage } from '#src/message.ts';
import type { ChatEntry, ChatEvent } from '#src/web/entry.ts';
import { createChatPage } from '#src/web/page.ts';
import type { ChatSource } from '#src/web/source.ts';

/** The server, and the hands that move what it shows. */
export interface ChatServer {
  url: string;
  entries: ChatEntry[];
  /** The texts that the page has posted, repeats included. */
  posts: { id: string; text: string }[];
  /** Adds an entry and tells every stream of it. */
  add(entry: Partial<ChatEntry> & { text: string }): ChatEntry;
  tell(event: ChatEvent): void;
  /** Cuts every stream, as a network does. */
  cutStreams(): void;
  /** While set, every request is answered with this status. */
  refuseWith: number | undefined;
  /** Stops taking live events to the page, as a lossy pub/sub does. */
  isDeaf: boolean;
  conversation: { id: string; title: string | null } | null;
  streams(): number;
  /** Tells the streams that the server stops, and leaves it running. */
  endStreams(): void;
  stop(): void;
}

const VISITOR: Visitor = { externalId: 'local', isLocal: true };
const LIMIT = 50;

/** Starts the page on a free port of this machine. `seed` are entries from before. */
export async function startChatServer(seed: (Partial<ChatEntry> & { text: string })[] = []): Promise<ChatServer> {
  const followers = new Set<(event: ChatEvent) => void>();
  const closing = new AbortController();
  const server = createServer();

  const world: ChatServer = {
    url: '',
    entries: [],
    posts: [],
    refuseWith: undefined,
    isDeaf: false,
    conversation: null,
    add(fields) {
      const number = world.entries.length + 1;
      const entry: ChatEntry = {
        id: `msg_${number}`,
        seq: number,
        kind: 'message',
        role: 'agent',
        app: 'web',
        createdAt: new Date().toISOString(),
        ...fields,
      };
      world.conversation ??= { id: 'cnv_1', title: null };
      world.entries.push(entry);
      world.tell({ type: 'entry', entry });
      return entry;
    },
    tell(event) {
      if (!world.isDeaf) for (const follower of followers) follower(event);
    },
    cutStreams: () => server.closeAllConnections(),
    streams: () => followers.size,
    endStreams: () => closing.abort(),
    stop() {
      closing.abort();
      server.close();
      server.closeAllConnections();
    },
  };

  const source: ChatSource = {
    async history(_visitor, { before = Number.POSITIVE_INFINITY, limit = LIMIT } = {}) {
      const earlier = world.entries.filter(({ seq = 0 }) => seq < before);
      const entries = earlier.slice(-limit);
      return { conversation: world.conversation, entries, hasMore: entries.length < earlier.length };
    },
    async follow(_visitor, onEvent, signal) {
      followers.add(onEvent);
      signal.addEventListener('abort', () => followers.delete(onEvent));
    },
  };

  const channel = await createWeb({}, { log: silentLog, commands: [] });
  const app = express();
  app.use((_request, response, next) => (world.refuseWith ? void response.status(world.refuseWith).end() : next()));
  app.use(
    createChatPage({
      source,
      visitorOf: (request) => (request.headers['x-stranger'] ? undefined : VISITOR),
      agentName: 'Pantheon',
      closing: closing.signal,
      beatMs: 200,
    }),
  );
  app.post('/webhooks/web', express.raw({ type: '*/*', limit: '1mb' }), async (request, response) => {
    const body = request.body as Buffer;
    world.posts.push(JSON.parse(body.toString()) as { id: string; text: string });
    const result = await channel?.receive?.({ headers: request.headers, body, visitor: VISITOR }, async (batch) => {
      for (const inbound of batch as InboundMessage[]) keep(world, inbound);
    });
    response.status(result?.status ?? 500).json(result?.body);
  });
  app.use(problems);

  server.on('request', app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const entry of seed) world.add(entry);
  return world;
}

/** Stores a message as the product would: once, whatever the number of repeats. Commands are notices. */
function keep(world: ChatServer, { externalId, text, at }: InboundMessage): void {
  if (world.entries.some((entry) => entry.externalId === externalId)) return;
  const said = { role: 'user' as const, text, externalId, createdAt: at.toISOString() };
  world.add(text.startsWith('/') ? { ...said, kind: 'notice' } : { ...said, answer: 'wanted' });
}

const problems: ErrorRequestHandler = (error, _request, response, _next) => {
  const { status = 500 } = error as { status?: number };
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ status, detail: String(error.message) }));
};

export const silentLog = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLog };
