/**
 * The smallest platform: it takes messages, edits and removals over HTTP, streams what people say to whoever listens
 * at that moment and keeps nothing of it for later, but can be asked for its history and for what was sent.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../body.ts';
import { createFaults } from '../faults.ts';
import { startHost } from '../host.ts';
import { createWatch } from '../watch.ts';

/**
 * How a call goes wrong. In order: an error answer · reset before anything is done · no answer, nothing done · done, but
 * no answer · done, then reset.
 */
export type PlainFault =
  | { status: number; retryAfter?: number }
  | 'reset'
  | 'hang'
  | 'acceptThenHang'
  | 'acceptThenReset';

/** A message as the platform has it. Chats that begin with `group` are groups. */
export interface PlainMessage {
  id: string;
  chat: string;
  from: string;
  text: string;
  at: number;
  /** Ours: the key that it was sent with. */
  key?: string;
  replyTo?: string;
}

export interface PlainStandin {
  readonly origin: string;
  readonly token: string;
  /** Somebody says something: streamed, and kept in the history. The chat is the one with them unless it is named. */
  say(from: string, text: string, chat?: string): PlainMessage;
  /** Streams a message once more. */
  again(message: PlainMessage): void;
  /** What is in the chat now. */
  messagesIn(chat: string): readonly PlainMessage[];
  /** The calls of a path, in order. */
  callsOf(path: string): readonly Record<string, unknown>[];
  /** Whether somebody listens to the stream. */
  readonly isHeard: boolean;
  /** Ends all streams; what is said until the next one begins is only in the history. */
  hangUp(): void;
  /** The history knows nothing from before. */
  forgetBefore(at: number): void;
  /** The next `times` calls of the path fail so. */
  faultNext(path: string, fault: PlainFault, times?: number): void;
  waitFor<T>(predicate: (standin: PlainStandin) => T | undefined | false, deadlineMs?: number): Promise<T>;
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** The longest text, in UTF-16 units. */
export const TEXT_LENGTH = 1_000;

type Body = Record<string, unknown>;
interface Answer {
  status: number;
  body: object;
}

const ok = (body: object): Answer => ({ status: 200, body });
const refused = (status: number, error: string): Answer => ({ status, body: { error } });

/** Starts the platform on a free loopback port. */
export async function startPlain(): Promise<PlainStandin> {
  const token = 'plain-secret-token-8f2c1e';
  const messages: PlainMessage[] = [];
  const calls: { path: string; body: Body }[] = [];
  const faults = createFaults<PlainFault>();
  const streams = new Set<ServerResponse>();
  const watch = createWatch(() => `${calls.length} calls, ${messages.length} messages, ${streams.size} streams`);
  let [historyFrom, nextId] = [0, 1];

  const keep = (message: Omit<PlainMessage, 'id' | 'at'>): PlainMessage => {
    const kept = { id: `m${(nextId += 1)}`, at: Date.now(), ...message };
    messages.push(kept);
    watch.changed();
    return kept;
  };
  const find = ({ chat, id }: Body) => messages.find((message) => message.chat === chat && message.id === id);
  const textProblem = (text: unknown): Answer | undefined => {
    if (typeof text !== 'string' || text.trim() === '') return refused(400, 'empty');
    return text.length > TEXT_LENGTH ? refused(400, 'too_long') : undefined;
  };

  const METHODS: Record<string, (body: Body) => Answer> = {
    '/me': () => ok({ name: 'plain' }),
    '/send': ({ chat, text, key, replyTo }) =>
      textProblem(text) ??
      ok({
        id: keep({
          chat: String(chat),
          from: 'bot',
          text: String(text),
          key: String(key),
          ...(typeof replyTo === 'string' ? { replyTo } : {}),
        }).id,
      }),
    '/edit': (body) => {
      const message = find(body);
      if (!message) return refused(404, 'gone');
      const problem = textProblem(body['text']);
      if (problem) return problem;
      message.text = String(body['text']);
      return ok({});
    },
    '/remove': (body) => {
      const message = find(body);
      if (message) messages.splice(messages.indexOf(message), 1);
      return message ? ok({}) : refused(404, 'gone');
    },
    '/find': ({ key }) => ok({ id: messages.find((message) => message.key === key)?.id ?? null }),
    '/history': ({ chat, since }) =>
      ok({
        from: Math.max(Number(since), historyFrom),
        messages: messages.filter(
          (one) => one.chat === chat && one.from !== 'bot' && one.at >= Math.max(Number(since), historyFrom),
        ),
      }),
  };

  const answer = (response: ServerResponse, { status, body }: Answer, headers = {}): void => {
    if (!response.destroyed)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const call = (path: string, body: Body, response: ServerResponse): void => {
    const fault = faults.take(path);
    calls.push({ path, body });
    watch.changed();
    if (fault === 'reset') return void response.destroy();
    if (fault === 'hang') return;
    if (typeof fault === 'object') {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      return answer(response, refused(fault.status, 'ordered'), wait);
    }
    const result = METHODS[path]?.(body) ?? refused(404, 'no such method');
    watch.changed();
    if (fault === 'acceptThenReset') return void response.destroy();
    if (fault !== 'acceptThenHang') answer(response, result);
  };
  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"hello":true}\n');
    streams.add(response);
    response.on('close', () => {
      streams.delete(response);
      watch.changed();
    });
    watch.changed();
  };
  const listener: RequestListener = (request: IncomingMessage, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return answer(response, refused(401, 'unauthorized'));
    if (request.url === '/events') return stream(response);
    void readBody(request).then((body) => {
      if (body !== undefined) call(request.url ?? '', JSON.parse(body.toString() || '{}') as Body, response);
    });
  };
  const push = (message: PlainMessage): void => {
    for (const one of streams) one.write(`${JSON.stringify(message)}\n`);
  };

  const host = await startHost(listener);
  const standin: PlainStandin = {
    origin: host.origin,
    token,
    say(from, text, chat = from) {
      const message = keep({ chat, from, text });
      push(message);
      return message;
    },
    again: push,
    messagesIn: (chat) => messages.filter((message) => message.chat === chat),
    callsOf: (path) => calls.filter((one) => one.path === path).map(({ body }) => body),
    get isHeard() {
      return streams.size > 0;
    },
    hangUp() {
      for (const one of streams) one.destroy();
      streams.clear();
    },
    forgetBefore: (at) => void (historyFrom = at),
    faultNext: (...order) => faults.faultNext(...order),
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    down: () => host.down(),
    up: () => host.up(),
    async stop() {
      watch.end();
      await host.down();
    },
  };
  return standin;
}
