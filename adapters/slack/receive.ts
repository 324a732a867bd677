/** Signed calls of Slack: events, slash commands and buttons, all at one address. */
import { verifySlackRequest } from '@slack/bolt';
import type { Channel, WebhookRequest, WebhookResult } from '#src/channel.ts';
import { InvalidError, SignatureError } from '#src/errors.ts';
import type { Intake } from './intake.ts';

/** What receiving needs. */
export interface ReceiveDeps {
  signingSecret: string;
  intake: Intake;
}

/** Also refuses a call older than five minutes, which somebody may have recorded. */
function checkSignature({ headers, body }: WebhookRequest, signingSecret: string): void {
  const signature = headers['x-slack-signature'];
  const timestamp = headers['x-slack-request-timestamp'];
  try {
    if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d+$/.test(timestamp)) {
      throw new TypeError('A header is missing.');
    }
    const signed = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
    verifySlackRequest({ signingSecret, body: body.toString('utf8'), headers: signed });
  } catch {
    // What is wrong with it is nobody's business who cannot sign.
    throw new SignatureError('This call does not come from Slack: its signature is wrong, missing or too old.');
  }
}

/** Events are JSON; commands are a form; buttons are JSON in a form. */
function parseBody({ headers, body }: WebhookRequest): unknown {
  const text = body.toString('utf8');
  const isForm = String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const form = isForm ? new URLSearchParams(text) : undefined;
  const json = form ? form.get('payload') : text;
  if (form && json === null) return Object.fromEntries(form);
  try {
    const parsed: unknown = JSON.parse(json ?? '');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Said below; the parser's own words would repeat a piece of what a person wrote.
  }
  throw new InvalidError('This is nothing of Slack: a form or a JSON object is expected.', [], 400);
}

/** Slack asks once, when the address is entered, whether it is ours. */
function challengeOf(body: unknown): string | undefined {
  const { type, challenge } = body as { type?: unknown; challenge?: unknown };
  return type === 'url_verification' && typeof challenge === 'string' ? challenge : undefined;
}

/**
 * Makes `Channel.receive`: 200 once the event is stored, so that Slack brings it again after anything else. A repeat
 * (`x-slack-retry-num`) is taken in like the first: perhaps that one never reached the store.
 *
 * Throws `SignatureError` without a signature that is right and fresh, `InvalidError` for what is no event.
 */
export function createReceive({ signingSecret, intake }: ReceiveDeps): NonNullable<Channel['receive']> {
  return async (request, emit): Promise<WebhookResult> => {
    checkSignature(request, signingSecret);
    const body = parseBody(request);
    const challenge = challengeOf(body);
    if (challenge !== undefined) return { status: 200, body: { challenge } };
    await intake([body], emit);
    return { status: 200 };
  };
}
