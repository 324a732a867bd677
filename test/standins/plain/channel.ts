/** The channel of the smallest platform: every ability of the contract, in as few lines as it takes. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelPorts, EditPreview, Gap } from '#src/channel.ts';
import { RateLimitedError, RejectedError, UnavailableError } from '#src/errors.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { type PlainMessage, TEXT_LENGTH } from './index.ts';

const ACCOUNT = 'plain';
const DEADLINE_MS = 2_000;
const AGAIN_MS = 100;

/** Where the platform is. */
export interface PlainAddress {
  origin: string;
  token: string;
}

function chatOf(chat: string): ChatRef {
  return { account: ACCOUNT, externalId: chat, threadId: '', kind: chat.startsWith('group') ? 'group' : 'direct' };
}

/** Reads one event. Pure. */
function read(raw: unknown): Inbound[] {
  const { id, chat, from, text, at } = raw as PlainMessage;
  if (from === 'bot') return [];
  return [
    {
      kind: 'message',
      at: new Date(at),
      chat: chatOf(chat),
      externalId: id,
      from: { externalIds: [from], realm: '', name: from },
      text,
      attachments: [],
      addressedBy: chat.startsWith('group') ? 'mention' : 'direct',
    },
  ];
}

/** Pieces that fit; no character is cut in two. */
function format(markdown: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of markdown.trim()) {
    if (part.length + character.length > TEXT_LENGTH) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return part.trim() === '' ? parts : [...parts, part];
}

/** Makes the channel. */
export function createPlainChannel({ origin, token }: PlainAddress, { log }: Pick<ChannelPorts, 'log'>): Channel {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  const call = async (path: string, body: object, signal: AbortSignal): Promise<Record<string, unknown>> => {
    if (signal.aborted) throw new UnavailableError('It was given up before it began.', { certain: true });
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    }).catch((error: Error) => {
      const certain = (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';
      throw new UnavailableError(`The platform did not answer ${path}.`, { certain });
    });
    const said = `The platform answered ${path} with ${response.status}.`;
    if (response.status === 429)
      throw new RateLimitedError(said, Number(response.headers.get('retry-after') ?? 1) * 1000);
    if (response.status === 503) throw new UnavailableError(said, { certain: true });
    if (response.status >= 500) throw new UnavailableError(said, { certain: false });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new RejectedError(String(answer['error']), said);
    return answer;
  };

  const editing = (chat: string): EditPreview => ({
    kind: 'edit',
    everyMs: 200,
    edit: async (id, text, signal) => void (await call('/edit', { chat, id, text }, signal)),
    remove: async (id, signal) => {
      await call('/remove', { chat, id }, signal).catch((error: unknown) => {
        if (!(error instanceof RejectedError && error.code === 'gone')) throw error;
      });
    },
  });

  return {
    name: 'plain',
    account: ACCOUNT,
    abilities: { redelivers: 'nothing', deduplicates: 'nothing', readsBack: true, states: ['sent'] },
    format,
    read,
    preview: ({ externalId }) => editing(externalId),
    probe: async (signal) => void (await call('/me', {}, signal)),
    async send({ chat, text, key, replyTo }, signal) {
      const { id } = await call('/send', { chat: chat.externalId, text, key, replyTo }, signal);
      return { externalId: String(id) };
    },
    async lookUp({ key }, _sentAt, signal) {
      const { id } = await call('/find', { key }, signal);
      return typeof id === 'string' ? { externalId: id } : 'absent';
    },
    async listen(emit, report, signal) {
      for (; !signal.aborted; await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined)) {
        try {
          const { body } = await fetch(`${origin}/events`, { headers, signal });
          if (body === null) continue;
          for await (const line of createInterface(Readable.fromWeb(body))) {
            const event = JSON.parse(line) as object;
            if ('hello' in event) report({ state: 'ready' });
            else emit(read(event)).catch((error: Error) => log.warn({ error: error.message }, 'plain: not stored'));
          }
        } catch (error) {
          log.debug({ error: (error as Error).message }, 'plain: the stream ended');
        }
        report({ state: 'reconnecting', action: 'It is tried again by itself.' });
      }
    },
    async catchUp({ since, chats }, emit, signal) {
      const gaps: Gap[] = [];
      for (const chat of chats) {
        const asked = { chat: chat.externalId, since: since.getTime() };
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
        const { from, messages } = await call('/history', asked, deadline);
        if (Number(from) > since.getTime()) gaps.push({ chat, from: since, to: new Date(Number(from)) });
        await emit((messages as PlainMessage[]).flatMap(read));
      }
      return gaps;
    },
  };
}
