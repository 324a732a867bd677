/** What the page sends: one message of its visitor. */
import { z } from 'zod';
import type { Emit, Visitor, WebhookRequest, WebhookResult } from '#src/channel.ts';
import { TEXT_LIMIT_BYTES } from '#src/conversation.ts';
import { InvalidError, SignatureError } from '#src/errors.ts';
import type { InboundMessage } from '#src/message.ts';

/** The page names each message itself, so that it may repeat what was not acknowledged. */
const sentMessage = z.strictObject({
  id: z.uuid('must be a UUID that the page made'),
  text: z
    .string()
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => Buffer.byteLength(text) <= TEXT_LIMIT_BYTES, `must not be longer than ${TEXT_LIMIT_BYTES} bytes`),
});

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    const detail = (cause as SyntaxError).message;
    throw new InvalidError('The message is not JSON.', [{ pointer: '', detail }], 400);
  }
}

function readMessage(body: Buffer): z.infer<typeof sentMessage> {
  const result = sentMessage.safeParse(parseJson(body));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    pointer: ['', ...issue.path].join('/'),
    detail: issue.message,
  }));
  throw new InvalidError('The message cannot be taken.', problems);
}

function toInbound(sent: z.infer<typeof sentMessage>, visitor: Visitor, at: Date): InboundMessage {
  return {
    kind: 'message',
    at,
    chat: { account: 'web', externalId: visitor.externalId, threadId: '', kind: 'direct' },
    externalId: sent.id,
    from: { externalIds: [visitor.externalId], realm: '', name: '', isLocal: visitor.isLocal },
    text: sent.text,
    attachments: [],
    addressedBy: 'direct',
  };
}

/**
 * Makes `Channel.receive` of the page: 202 once the message is stored. A repeat with the same id is harmless.
 *
 * Throws `SignatureError` without a visitor, `InvalidError` for what is not a message.
 */
export function createReceive(now: () => Date): (request: WebhookRequest, emit: Emit) => Promise<WebhookResult> {
  return async ({ visitor, body }, emit) => {
    if (!visitor) throw new SignatureError('This message does not come from the chat page.');
    const sent = readMessage(body);
    await emit([toInbound(sent, visitor, now())]);
    return { status: 202, body: { id: sent.id } };
  };
}
