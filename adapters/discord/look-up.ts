/** Finding out what became of a send that nobody answered. */
import { z } from 'zod';
import type { Channel, OutboundPart, Sent } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Api } from './api.ts';
import { isRefused } from './errors.ts';
import { canRead, readPage } from './history.ts';
import type { RawMessage } from './history.ts';
import type { Interactions } from './interactions.ts';
import type { Echoes } from './nonce.ts';
import { nonceOf } from './nonce.ts';
import type { SelfKnowledge } from './self.ts';
import { idBefore, timeOf } from './snowflake.ts';

/** Discord knows a nonce again for "the past few minutes"; we count on one. */
const NONCE_MS = 60_000;
/** How far our clock and Discord's may be apart. A message in between proves nothing, and neither does its absence. */
const SKEW_MS = 60_000;
const LIKELY_SKEW_MS = 2_000;
const MOST_PAGES = 5;

export interface LookUpDeps {
  api: Api;
  self: SelfKnowledge;
  echoes: Echoes;
  interactions: Interactions;
  say: Channel['send'];
}

const ours = z.object({
  author: z.object({ id: z.string() }),
  content: z.string(),
  message_reference: z.object({ message_id: z.string().optional() }).nullish(),
});

/** Whether a message is this part as far as can be seen: Discord does not tell the nonce when it is read back. */
function isThis(raw: RawMessage, part: OutboundPart, { self, echoes }: LookUpDeps): boolean {
  const { data } = ours.safeParse(raw);
  if (!data || data.author.id !== self.id || data.content.trim() !== part.text.trim()) return false;
  const nonce = echoes.nonceOf(raw.id);
  return nonce === undefined || nonce === nonceOf(part.key);
}

/** What the history tells. `undefined`: nothing that could be relied on. */
async function searched(
  deps: LookUpDeps,
  part: OutboundPart,
  sentAt: Date,
  signal: AbortSignal,
): Promise<Sent | 'absent' | undefined> {
  const { api, self } = deps;
  await self.isCertain(signal);
  const { externalId: channelId, kind } = part.chat;
  const found: RawMessage[] = [];
  let after = idBefore(new Date(sentAt.getTime() - SKEW_MS));
  let hasSeen = kind === 'direct';
  for (let page = 0; ; page += 1) {
    if (page === MOST_PAGES) return undefined;
    const { messages, isLast } = await readPage(api, channelId, after, signal);
    hasSeen ||= messages.length > 0;
    found.push(...messages.filter((message) => isThis(message, part, deps)));
    after = messages.at(-1)?.id ?? after;
    if (isLast) break;
  }
  const [one, ...others] = found;
  if (one === undefined) return hasSeen || (await canRead(api, channelId, signal)) ? 'absent' : undefined;
  const isSince = timeOf(one.id).getTime() >= sentAt.getTime() - LIKELY_SKEW_MS;
  return isSince && others.length === 0 ? { externalId: one.id } : undefined;
}

/**
 * Makes `Channel.lookUp`. What an echo or an answer has told is certain. Else the channel is read: our own message of
 * exactly this text since then is it, if there is only one. Within a minute of the send it is then said again with the
 * same nonce: Discord gives the first message back if there is one. Later nothing is said any more.
 */
export function createLookUp(deps: LookUpDeps): NonNullable<Channel['lookUp']> {
  return async (part, sentAt, signal) => {
    const known = deps.echoes.messageOf(nonceOf(part.key));
    if (known !== undefined) return { externalId: known };
    const repeated = await deps.interactions.repeat(part, signal);
    if (repeated) return repeated;
    const seen = await searched(deps, part, sentAt, signal).catch((error: unknown) => {
      if (isRefused(error, 'no_access', 'no_rights', 'forbidden')) return undefined;
      throw error;
    });
    if (seen !== undefined && seen !== 'absent') return seen;
    if (Math.abs(Date.now() - sentAt.getTime()) < NONCE_MS) return deps.say(part, signal);
    if (seen === 'absent') return seen;
    throw new UnavailableError('What stands in the channel does not tell whether this message arrived.', {
      certain: false,
      code: 'cannot_tell',
    });
  };
}
