/**
 * What an event does not say of itself and people would miss: names, what a thread began with, where somebody can be
 * written to. Best effort: what Slack does not tell in a second stays as it is.
 */
import { RejectedError, describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { SlackApi } from './api.ts';
import { within } from '#src/waiting.ts';
import { createMemory } from './memory.ts';
import type { Found } from './normalize/schema.ts';

const DEADLINE_MS = 1_000;

/** What is to be found out for one event. */
export interface Wanted {
  /** Members whose names occur. */
  users: Iterable<string>;
  /** The channel, where it has a name. */
  channel?: string;
  /** The message that opened a thread. */
  root?: { channel: string; ts: string };
  /** Whose direct chat with us. */
  homeOf?: string;
  /** It is wanted only if we are not in this channel. */
  unlessIn?: string;
}

/** Finds out what it can. Never throws. */
export type Directory = (wanted: Wanted) => Promise<Found>;

/** Makes the directory, with a memory of an hour. */
export function createDirectory(api: SlackApi, log: Logger): Directory {
  const deadline = () => within(DEADLINE_MS);
  const nameOfUser = createMemory(async (user) => {
    const { user: member } = await api(deadline(), (web) => web.users.info({ user }));
    return member?.profile?.display_name || member?.profile?.real_name || member?.real_name || member?.name || '';
  });
  const nameOfChannel = createMemory(async (channel) => {
    const { channel: about } = await api(deadline(), (web) => web.conversations.info({ channel }));
    return about?.name ?? '';
  });
  const rootOf = createMemory(async (place) => {
    const [channel = '', ts = ''] = place.split('/');
    const { messages } = await api(deadline(), (web) => web.conversations.replies({ channel, ts, limit: 1 }));
    const [root] = messages ?? [];
    return root && { user: root.user, text: root.text ?? '' };
  });
  const homeOf = createMemory(async (users) => {
    const { channel } = await api(deadline(), (web) => web.conversations.open({ users }));
    return channel?.id;
  });

  /** Whether we are in a channel; asked anew each time, for we may be invited at any. What cannot be told is a yes. */
  const isIn = async (channel: string): Promise<boolean> => {
    const asked = api(deadline(), (web) => web.conversations.info({ channel }));
    return asked.then(
      ({ channel: about }) => about?.is_member ?? true,
      (error: unknown) => !(error instanceof RejectedError),
    );
  };

  const tryTo = async <T>(what: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      log.debug({ error: describeError(error) }, `slack: ${what} could not be found out`);
      return undefined;
    }
  };
  const findNames = async (users: Iterable<string>, channel?: string): Promise<Record<string, string>> => {
    const asked = [...new Set(users)].map(async (id) => [id, await tryTo('a name', nameOfUser(id))] as const);
    if (channel !== undefined) {
      asked.push(tryTo('a channel', nameOfChannel(channel)).then((name) => [channel, name] as const));
    }
    const answers = await Promise.all(asked);
    return Object.fromEntries(answers.flatMap(([id, name]) => (name ? [[id, name]] : [])));
  };

  const findHome = async (user: string, unlessIn?: string): Promise<string | undefined> => {
    if (unlessIn !== undefined && (await isIn(unlessIn))) return undefined;
    return tryTo('a direct chat', homeOf(user));
  };

  return async ({ users, channel, root: place, homeOf: user, unlessIn }) => {
    const [root, home] = await Promise.all([
      place && tryTo('the beginning of a thread', rootOf(`${place.channel}/${place.ts}`)),
      user === undefined ? undefined : findHome(user, unlessIn),
    ]);
    const names = await findNames([...users, ...(root?.user ? [root.user] : [])], channel);
    return { names, ...(root && { root }), ...(home !== undefined && { home }) };
  };
}
