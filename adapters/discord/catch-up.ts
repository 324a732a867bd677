/** Fetching what was said while we were away (channels.md, 1.2). */
import type { Channel, Emit, Gap } from '#src/channel.ts';
import { RateLimitedError, RejectedError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef, Inbound } from '#src/message.ts';
import { pause } from '#src/waiting.ts';
import type { Api } from './api.ts';
import { canRead, readPage } from './history.ts';
import type { RawMessage } from './history.ts';
import type { RawEvent } from './normalize/read.ts';
import type { Place, Places } from './places.ts';
import { byTime, idBefore, timeOf } from './snowflake.ts';

/** A channel's missed messages are read up to a thousand. */
const MOST_PAGES = 10;
/** Channels that are read at the same time. */
const AT_ONCE = 4;
/** How often the same page is asked for again after as long a wait as Discord wants. */
const MOST_WAITS = 5;

const HIDDEN =
  'discord: the history of a channel may not be read, and what is said there while the bot is away is lost; ' +
  'give it the permissions View Channel and Read Message History';

export interface CatchUpDeps {
  api: Api;
  account: string;
  places: Places;
  read: (raw: unknown) => Inbound[];
  log: Logger;
}

/** A channel in which something may have been missed. */
interface Missed {
  chat: ChatRef;
  place?: Place | undefined;
  /** Whether somebody has talked to us there. */
  isKnown: boolean;
}

type CatchUp = NonNullable<Channel['catchUp']>;

/** The chats that we know, and the servers' channels in which something was said since. */
function channelsToRead({ account, places }: CatchUpDeps, since: Date, chats: readonly ChatRef[]): Missed[] {
  const first = idBefore(since);
  const isQuiet = (place: Place | undefined) => place !== undefined && byTime(place.lastMessageId ?? '0', first) <= 0;
  const known = chats.map((chat) => ({ chat, place: places.get(chat.externalId), isKnown: true }));
  const knownIds = new Set(chats.map(({ externalId }) => externalId));
  const others = [...places.all()]
    .filter(([id]) => !knownIds.has(id))
    .map(([externalId, place]): Missed => {
      const chat = { account, externalId, threadId: '', kind: 'group', title: place.name } as const;
      return { chat, place, isKnown: false };
    });
  return [...known, ...others].filter(({ place }) => !isQuiet(place));
}

/** A message that was read back, as the gateway would have brought it. */
function asEvent(message: RawMessage, { chat, place }: Missed, places: Places): RawEvent {
  const isGroup = chat.kind === 'group';
  const around = places.surroundings(chat.externalId, typeof message['content'] === 'string' ? message['content'] : '');
  // All of a server's channels are told of, and its open threads: what is not known is a thread that was closed.
  const isThread = place?.isThread ?? isGroup;
  return {
    t: typeof message['edited_timestamp'] === 'string' ? 'MESSAGE_UPDATE' : 'MESSAGE_CREATE',
    d: { ...message, channel_id: chat.externalId, ...(isGroup && { guild_id: place?.guildId ?? '0' }) },
    around: { ...(chat.title !== undefined && { title: chat.title }), isThread, ...around },
  };
}

/** Asks again after a wait that Discord wants, a few times. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RateLimitedError) || waits === MOST_WAITS) throw error;
      await pause(error.retryAfterMs, signal);
    }
  }
}

/** Reads one channel to its end, as far as that is allowed; gives what is left out. `hidden`: there is nothing to see. */
async function readChannel(
  deps: CatchUpDeps,
  missed: Missed,
  since: Date,
  emit: Emit,
  signal: AbortSignal,
): Promise<Gap[] | 'hidden'> {
  const { api, places, read } = deps;
  const { chat, isKnown } = missed;
  const to = new Date();
  let after = idBefore(since);
  let from = since;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages, isLast } = await patiently(() => readPage(api, chat.externalId, after, signal), signal);
    const batch = messages.flatMap((message) => {
      const event = asEvent(message, missed, places);
      places.note('MESSAGE_CREATE', event.d);
      return read(event);
    });
    if (batch.length > 0) await emit(batch);
    const last = messages.at(-1);
    if (last) [after, from] = [last.id, timeOf(last.id)];
    if (!isLast) continue;
    const isDoubtful = page === 0 && !last && isKnown && chat.kind === 'group';
    const isHidden = isDoubtful && !(await patiently(() => canRead(api, chat.externalId, signal), signal));
    return isHidden ? 'hidden' : [];
  }
  return [{ chat, from, to }];
}

/**
 * Makes `Channel.catchUp`. A channel that Discord does not let us read keeps us from no other, and is told of once. It
 * leaves a gap if somebody ever talked to us there, and if something may have been said that did not come to us.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { places, log } = deps;
  const told = new Set<string>();
  const tellHidden = ({ chat: { externalId } }: Missed, why: string) => {
    if (told.has(externalId)) return;
    told.add(externalId);
    log.warn({ channelId: externalId, why }, HIDDEN);
  };
  return async ({ since, chats }, emit, signal) => {
    const channels = channelsToRead(deps, since, chats);
    const gaps: Gap[] = [];
    const readOne = async (missed: Missed): Promise<void> => {
      try {
        const left = await readChannel(deps, missed, since, emit, signal);
        if (left === 'hidden') throw new RejectedError('no_history', 'Nothing is to be seen there.');
        gaps.push(...left);
      } catch (error) {
        if (!(error instanceof RejectedError) || error.code === 'unauthorized') throw error;
        // It is gone, and with it whatever was said there.
        if (error.code === 'chat_not_found' || !missed.isKnown) return;
        tellHidden(missed, error.code);
        if (!places.mayHaveMissed(missed.chat.externalId, since)) return;
        gaps.push({ chat: missed.chat, from: since, to: new Date() });
      }
    };
    const next = channels.values();
    const worker = async () => {
      for (const missed of next) await readOne(missed);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return gaps;
  };
}
