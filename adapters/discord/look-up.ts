/** Finding out what became of a send that nobody answered. */
import { z } from 'zod';
import type { Channel, OutboundPart, Sent, SoughtPart } from '#src/channel.ts';
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
/** What is not there so long after it was sent will not come any more. */
const SETTLED_MS = 10_000;
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

/**
 * What a message is to this part, as far as can be seen: Discord does not tell the nonce when it is read back.
 * `perhaps`: one of ours of which this process does not know what it came from, with another text. Discord may have
 * changed that, or somebody who edited it.
 */
function likeness(raw: RawMessage, part: OutboundPart, { self, echoes }: LookUpDeps): 'it' | 'perhaps' | 'other' {
  const { data } = ours.safeParse(raw);
  if (!data || data.author.id !== self.id) return 'other';
  const nonce = echoes.nonceOf(raw.id);
  if (nonce !== undefined && nonce !== nonceOf(part.key)) return 'other';
  return data.content.trim() === part.text.trim() ? 'it' : 'perhaps';
}

/** All that stands in a channel since then; `undefined`: too much to be read. */
async function readSince(
  api: Api,
  channelId: string,
  since: Date,
  signal: AbortSignal,
): Promise<RawMessage[] | undefined> {
  const all: RawMessage[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages, isLast } = await readPage(api, channelId, all.at(-1)?.id ?? idBefore(since), signal);
    all.push(...messages);
    if (isLast) return all;
  }
  return undefined;
}

/** What the history tells. `undefined`: nothing that could be relied on. */
async function searched(
  deps: LookUpDeps,
  part: OutboundPart,
  sentAt: Date,
  signal: AbortSignal,
): Promise<Sent | 'absent' | undefined> {
  const { api, self } = deps;
  const { externalId: channelId, kind } = part.chat;
  await self.isCertain(signal);
  const all = await readSince(api, channelId, new Date(sentAt.getTime() - SKEW_MS), signal);
  if (all === undefined) return undefined;
  const isSince = ({ id }: RawMessage) => timeOf(id).getTime() >= sentAt.getTime() - LIKELY_SKEW_MS;
  const [one, ...others] = all.filter((message) => likeness(message, part, deps) === 'it');
  if (one) return isSince(one) && others.length === 0 ? { externalId: one.id } : undefined;
  if (all.some((message) => isSince(message) && likeness(message, part, deps) === 'perhaps')) return undefined;
  const hasSeen = kind === 'direct' || all.length > 0;
  return hasSeen || (await canRead(api, channelId, signal)) ? 'absent' : undefined;
}

/**
 * Makes `Channel.lookUp`. What an echo or an answer has told is certain. Else the channel is read: our own message of
 * exactly this text since then is it, if there is only one. Within a minute of the send it is then said again with the
 * same nonce, if it is still wanted: Discord gives the first message back if there is one. Later nothing is said any
 * more, and it is absent only where nothing stands that might be it.
 */
export function createLookUp(deps: LookUpDeps): NonNullable<Channel['lookUp']> {
  return async (part: SoughtPart, sentAt, signal) => {
    const known = deps.echoes.messageOf(nonceOf(part.key));
    if (known !== undefined) return { externalId: known };
    const isWanted = async () => (await part.isStillWanted?.()) ?? true;
    const repeated = (await isWanted()) ? await deps.interactions.repeat(part, signal) : undefined;
    if (repeated) return repeated;
    const seen = await searched(deps, part, sentAt, signal).catch((error: unknown) => {
      if (isRefused(error, 'no_access', 'no_rights', 'forbidden')) return undefined;
      throw error;
    });
    if (seen !== undefined && seen !== 'absent') return seen;
    const ageMs = Date.now() - sentAt.getTime();
    if (Math.abs(ageMs) < NONCE_MS && (await isWanted())) return deps.say(part, signal);
    if (seen === 'absent' && ageMs >= SETTLED_MS) return seen;
    throw new UnavailableError('What stands in the channel does not tell whether this message arrived.', {
      certain: false,
      code: 'cannot_tell',
    });
  };
}
