/** Telegram's webhook: each call brings one update. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Channel, WebhookRequest } from '#src/channel.ts';
import { InvalidError, SignatureError } from '#src/errors.ts';
import type { Inbound } from '#src/message.ts';
import type { Self } from './self.ts';

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

/** What receiving needs. */
export interface ReceiveDeps {
  secret: string;
  /** Who we are; asks Telegram when it is not known yet. */
  whoAmI: () => Promise<Self>;
  read: (raw: unknown, self: Self) => Inbound[];
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in constant time, whatever the lengths. */
function checkSecret({ headers }: WebhookRequest, secret: string): void {
  const given = headers[SECRET_HEADER];
  if (typeof given === 'string' && timingSafeEqual(digest(given), digest(secret))) return;
  throw new SignatureError('This call does not come from Telegram: its secret is wrong or missing.');
}

function parseUpdate(body: Buffer): object {
  try {
    const update: unknown = JSON.parse(body.toString('utf8'));
    if (typeof update === 'object' && update !== null && !Array.isArray(update)) return update;
  } catch {
    // Said below; the parser's own words would repeat a piece of what a person wrote.
  }
  throw new InvalidError('This is no update: a JSON object is expected.', [], 400);
}

/**
 * Makes `Channel.receive`: 200 once the update is stored, so that Telegram brings it again after anything else.
 *
 * Throws `SignatureError` without the secret, `InvalidError` for what is no JSON object.
 */
export function createReceive({ secret, whoAmI, read }: ReceiveDeps): NonNullable<Channel['receive']> {
  return async (request, emit) => {
    checkSecret(request, secret);
    const update = parseUpdate(request.body);
    const batch = read(update, await whoAmI());
    if (batch.length > 0) await emit(batch);
    return { status: 200 };
  };
}
