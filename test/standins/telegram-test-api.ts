/**
 * The npm package telegram-test-api as a second, independent Telegram: what we say to both must be understood by both.
 *
 * It knows `getMe`, `getUpdates`, `sendMessage`, edits, deletions and webhooks. It has no long poll (an empty answer
 * comes at once), so a front of ours holds each empty `getUpdates` back until somebody speaks; nothing else is touched.
 * It has no confirmation by offset, no entities, no limits and no `error_code`; edits answer `null`.
 */
import { once } from 'node:events';
import { createServer as createProbe, type AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { TelegramServer } from 'telegram-test-api/lib/telegramServer.js';
import { readBody } from './body.ts';
import { startHost } from './host.ts';
import { createWatch } from './watch.ts';

/** A message of the bot as the package keeps it. */
export interface TestApiMessage {
  chat_id: number;
  text: string;
  parse_mode?: string;
}

/** The package at work, with our front before it. */
export interface TelegramTestApi {
  /** Without a final slash. */
  readonly apiRoot: string;
  readonly token: string;
  /** Says something in a private chat; a text that begins with `/` is a command. */
  say(text: string, from?: { id?: number; first_name?: string }): Promise<void>;
  /** What the bot has sent, in order. */
  sent(): TestApiMessage[];
  /** Resolves when a poll that found nothing is being held back. */
  waitForPoll(deadlineMs?: number): Promise<true>;
  waitForSent(count: number, deadlineMs?: number): Promise<TestApiMessage[]>;
  stop(): Promise<void>;
}

/** What the package emits when somebody has spoken. */
const SPOKEN = ['AddedUserMessage', 'AddedUserCommand'];

const TOKEN = '777000124:AAtestapi-Tq3vXw8zR5yL1kN7mB4cD9eF2gH';

/** The package is CommonJS, and its types promise a default export that is not there. */
const Server = createRequire(import.meta.url)('telegram-test-api') as new (config: {
  port: number;
  host: string;
}) => TelegramServer;

/** A port that is free now: the package takes 9000 for 0. */
async function findPort(): Promise<number> {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Passes calls on, and makes long polls of those that ask for one; `onHold` counts those that are held. */
function createFront(
  server: TelegramServer,
  onHold: (change: 1 | -1) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  async function pass(path: string, body: Buffer, type: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${server.config.apiURL}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(body),
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** Resolves when somebody speaks, the poll's time is over or the client has left. */
  function somethingToGive(seconds: number, response: ServerResponse): { promise: Promise<boolean>; end: () => void } {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const speak = (): void => resolve(true);
    const timer = setTimeout(() => resolve(false), seconds * 1000);
    response.once('close', () => resolve(false));
    for (const event of SPOKEN) server.once(event, speak);
    return {
      promise,
      end() {
        clearTimeout(timer);
        for (const event of SPOKEN) server.off(event, speak);
      },
    };
  }

  return async (request, response) => {
    const body = await readBody(request);
    if (!body) return;
    const path = request.url ?? '/';
    const type = request.headers['content-type'] ?? 'application/json';
    const { timeout = 0 } = path.endsWith('/getUpdates')
      ? (JSON.parse(body.toString() || '{}') as { timeout?: number })
      : {};
    const wait = timeout > 0 ? somethingToGive(timeout, response) : undefined;
    let answer = await pass(path, body, type);
    if (wait && answer.text.includes('"result":[]')) {
      onHold(1);
      if (await wait.promise) answer = await pass(path, body, type);
      onHold(-1);
    }
    wait?.end();
    if (!response.destroyed) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
  };
}

/** Starts the package on a loopback port. */
export async function startTelegramTestApi(): Promise<TelegramTestApi> {
  const server = new Server({ port: await findPort(), host: '127.0.0.1' });
  await server.start();
  const sent = (): TestApiMessage[] =>
    server.storage.botMessages.map(({ message }) => message as unknown as TestApiMessage);
  const watch = createWatch(() => JSON.stringify(sent()));
  server.on('AddedBotMessage', () => watch.changed());
  let held = 0;
  const front = createFront(server, (change) => {
    held += change;
    watch.changed();
  });
  const host = await startHost((request, response) => void front(request, response));

  return {
    apiRoot: host.origin,
    token: TOKEN,
    sent,
    async say(text, { id = 1001, first_name = 'Anna' } = {}) {
      const client = server.getClient(TOKEN, { userId: id, chatId: id, firstName: first_name });
      if (text.startsWith('/')) await server.addUserCommand(client.makeCommand(text));
      else await server.addUserMessage(client.makeMessage(text));
    },
    waitForPoll: (deadlineMs) => watch.waitFor(undefined, () => held > 0, deadlineMs),
    waitForSent: (count, deadlineMs) => watch.waitFor(sent, (read) => read().length >= count && read(), deadlineMs),
    async stop() {
      watch.end();
      await host.down();
      await server.stop();
    },
  };
}
