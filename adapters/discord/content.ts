/** A text as Discord is given it, and what it answers to that. */
import { z } from 'zod';
import type { Sent } from '#src/channel.ts';
import { unreadable } from './errors.ts';

/** SUPPRESS_EMBEDS: no link is shown as a preview. */
const NO_EMBEDS = 4;
const NAMED = z.object({ id: z.string().regex(/^\d+$/) });

/** A text: nobody is pinged, whatever it says, and no link is looked up. */
export function contentOf(text: string): object {
  return { content: text, allowed_mentions: { parse: [], replied_user: false }, flags: NO_EMBEDS };
}

/** The message that Discord says it has made. Throws when it cannot be told which. */
export function readSent(what: string, answer: unknown): Sent {
  const { data } = NAMED.safeParse(answer);
  if (data) return { externalId: data.id };
  throw unreadable(what);
}
