/**
 * Fetching what was said while nobody listened: one look into every chat that we are in, and into every thread in
 * which something was said since.
 *
 * Left out, because Slack does not list them: deletions (but of what opened a thread), edits of older messages, and threads that began more than a
 * page ago where we have never been called into them.
 */
import type { Channel, Gap } from '#src/channel.ts';
import { RateLimitedError, RejectedError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { ChatRef } from '#src/message.ts';
import { pause, within } from '#src/waiting.ts';
import type { SlackApi } from './api.ts';
import { timestampOf } from './history.ts';
import type { PastMessage } from './history.ts';
import type { Intake } from './intake.ts';
import { readMissed } from './missed.ts';
import { CLOCKS_MS, isDirect } from './normalize/places.ts';

/** What catching up needs. */
export interface CatchUpDeps {
  api: SlackApi;
  account: string;
  intake: Intake;
  now: () => Date;
  log: Logger;
}

const MOST_CHANNELS = 500;
const CHANNELS_A_PAGE = 200;
/** Stored together: one by one, a thousand would take half a minute. */
const BATCH = 100;
const DEADLINE_MS = 20_000;

/** The same client, waiting for as long as Slack asks: nothing else is held up by it, and a new start would not end. */
function patient(api: SlackApi, signal: AbortSignal): SlackApi {
  return async function again(deadline, call) {
    try {
      return await api(deadline, call);
    } catch (error) {
      if (!(error instanceof RateLimitedError) || signal.aborted) throw error;
      await pause(error.retryAfterMs, signal);
      return again(within(DEADLINE_MS, signal), call);
    }
  };
}

/** The channels and direct chats that we are in. Throws what any call does. */
async function listChannels(api: SlackApi, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const asked = {
      types: 'im,mpim,private_channel,public_channel',
      exclude_archived: true,
      limit: CHANNELS_A_PAGE,
      ...(cursor !== '' && { cursor }),
    };
    const page = await api(within(DEADLINE_MS, signal), (web) => web.users.conversations(asked));
    ids.push(...(page.channels ?? []).flatMap(({ id }) => id ?? []));
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '' && ids.length < MOST_CHANNELS);
  return ids;
}

/** The same; none where the app may not list them: then what we know of is all there is to look into. */
async function tryToList(api: SlackApi, log: Logger, signal: AbortSignal): Promise<string[]> {
  try {
    return await listChannels(api, signal);
  } catch (error) {
    if (!(error instanceof RejectedError) || error.code !== 'missing_scope') throw error;
    log.error(
      { error: error.message },
      'slack: what was missed is only looked for where the app is known; install it again with adapters/slack/manifest.json',
    );
    return [];
  }
}

/** The threads that we know of, by their channel; a chat without any has an empty list. */
function threadsOf(chats: readonly ChatRef[]): Map<string, string[]> {
  const byChannel = Map.groupBy(chats, ({ externalId }) => externalId);
  const threads = ([channel, own]: [string, ChatRef[]]): [string, string[]] => [
    channel,
    own.map(({ threadId }) => threadId).filter((threadId) => threadId !== ''),
  ];
  return new Map([...byChannel].map(threads));
}

/** The chats that these threads are: in a channel each is one, and a direct chat is one with all that it has. */
function chatsOf(account: string, externalId: string, threads: readonly string[]): ChatRef[] {
  if (isDirect(externalId)) return [{ account, externalId, threadId: '', kind: 'direct' }];
  return threads.map((threadId) => ({ account, externalId, threadId, kind: 'group' }));
}

/** A message of the history in the form of an event, so that it is read like one. */
function asEvent(channel: string, message: PastMessage): object {
  return { type: 'event_callback', event: { ...message, type: 'message', channel } };
}

/**
 * Makes `Channel.catchUp`. A chat that may not be read, or in which too much was said, is returned as a gap: in a
 * channel each thread that we know of, since those are what people have as conversations.
 */
export function createCatchUp(deps: CatchUpDeps): NonNullable<Channel['catchUp']> {
  const { account, intake, now, log } = deps;
  return async ({ since: from, chats }, emit, signal) => {
    const since = timestampOf(new Date(from.getTime() - CLOCKS_MS));
    const api = patient(deps.api, signal);
    const threads = threadsOf(chats);
    const channels = [...new Set([...threads.keys(), ...(await tryToList(api, log, signal))])];
    const gaps: Gap[] = [];
    const leave = (channel: string, left = ['', ...(threads.get(channel) ?? [])]) => {
      const to = now();
      gaps.push(...chatsOf(account, channel, left).map((chat) => ({ chat, from, to })));
    };
    for (const channel of channels.slice(0, MOST_CHANNELS)) {
      try {
        const missed = await readMissed(api, { channel, known: threads.get(channel) ?? [], since }, signal);
        const events = missed.messages.map((message) => asEvent(channel, message));
        for (let from = 0; from < events.length; from += BATCH) await intake(events.slice(from, from + BATCH), emit);
        if (missed.left.length > 0) leave(channel, missed.left);
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        log.warn({ channel, error: error.message }, 'slack: what was missed here may not be read');
        leave(channel);
      }
    }
    for (const channel of channels.slice(MOST_CHANNELS)) leave(channel);
    return gaps;
  };
}
