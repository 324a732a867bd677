/** An event that should have been readable and was not, as it is kept. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { describeError } from '#src/errors.ts';
import type { InboundUnread } from '#src/message.ts';
import type { Self } from '../self.ts';
import { rawEvent } from './schema.ts';

const named = z.object({
  body: z.object({ event_id: z.string().min(1).optional(), trigger_id: z.string().min(1).optional() }),
});
const dated = rawEvent.pick({ receivedAt: true });

/** Why an event could not be read, without a word of what it says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return describeError(error);
  return error.issues.map((issue) => `${issue.path.join('.') || 'the event'}: ${issue.message}`).join('; ');
}

function digestOf(raw: unknown): string {
  const body = (raw as { body?: unknown } | null | undefined)?.body ?? raw;
  return createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest('hex')
    .slice(0, 32);
}

/** The event kept raw. One without an id is named by its content; without a date it is from the beginning of time. */
export function unread(raw: unknown, error: unknown, self: Self): InboundUnread {
  const { event_id, trigger_id } = named.safeParse(raw).data?.body ?? {};
  const at = dated.safeParse(raw).data?.receivedAt ?? new Date(0);
  const externalId = event_id ?? trigger_id ?? digestOf(raw);
  return { kind: 'unread', at, account: self.account, externalId, raw, reason: reasonOf(error) };
}
