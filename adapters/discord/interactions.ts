/**
 * Commands that somebody chose in Discord's own list. Discord wants an answer within 3 s, and shows "thinking…" from
 * then on; what we say to it completes that (https://docs.discord.com/developers/interactions/receiving-and-responding).
 *
 * The answer of a command is an ordinary delivery. If this process makes it, it stands under the command; if another
 * does, or it takes long, the "thinking…" is taken away, and the answer is a message of its own.
 */
import type { OutboundPart, Sent } from '#src/channel.ts';
import { ChannelError, UnavailableError, describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Api } from './api.ts';
import { orAfter, within } from '#src/waiting.ts';
import { contentOf, readSent } from './content.ts';
import { isRefused } from './errors.ts';
import type { ChosenCommand } from './normalize/command.ts';

/** Discord waits 3 s from the moment in which it was chosen; part of that went by on the way to us, and more will. */
const STORE_WITHIN_MS = 1_800;
const CALL_WITHIN_MS = 3_000;
/** How long "thinking…" may stand there. */
const THINK_MS = 15_000;

/** Kinds of first answers. */
const MESSAGE = 4;
const THINKING = 5;
/** Seen by the person alone. */
const EPHEMERAL = 64;

const NOT_STORED = 'I could not take this command, because my storage is away. Please try it again in a minute.';
const NOT_STORED_YET =
  'My storage has not answered in time, so I do not know yet whether I have this command. ' +
  'If no answer comes here, please try it again in a minute.';

/** The commands that were chosen and are not answered yet. */
export interface Interactions {
  /** Tells Discord in time that we have it, or that we have not. `stored` settles as the storing does. Never rejects. */
  acknowledge(chosen: ChosenCommand, stored: Promise<void>): Promise<void>;
  /** Says a part as the answer of a command that waits in its chat; `undefined` when none does. Throws what a send does. */
  complete(part: OutboundPart, signal: AbortSignal): Promise<Sent | undefined>;
  /** Says a part again that went out as such an answer, which changes nothing if it has arrived; else `undefined`. */
  repeat(part: OutboundPart, signal: AbortSignal): Promise<Sent | undefined>;
  /** Takes every "thinking…" away. */
  close(): Promise<void>;
}

/** A command whose answer can still stand under it. */
interface Waiting {
  chosen: ChosenCommand;
  /** Whether Discord shows "thinking…" for it. */
  isOpen: Promise<boolean>;
  timer: NodeJS.Timeout;
}

/** Makes the memory of chosen commands. */
export function createInteractions(api: Api, log: Logger): Interactions {
  const waiting = new Map<string, Waiting>();
  /** By the key of the part that was said as its answer, and of which it is not known whether it arrived. */
  const doubtful = new Map<string, ChosenCommand>();

  const answerFirst = async ({ id, token }: ChosenCommand, body: object): Promise<void> => {
    const signal = within(CALL_WITHIN_MS);
    const route = `/interactions/${id}/${token}/callback` as const;
    await api({ what: 'acknowledge a command', method: 'POST', route, body, signal, auth: false });
  };
  const original = ({ applicationId, token }: ChosenCommand) =>
    `/webhooks/${applicationId}/${token}/messages/@original` as const;

  const open = async (chosen: ChosenCommand, stored: Promise<void>): Promise<boolean> => {
    const refusal = await refusalOf(stored);
    try {
      if (refusal === undefined) await answerFirst(chosen, { type: THINKING });
      else await answerFirst(chosen, { type: MESSAGE, data: { ...contentOf(refusal), flags: EPHEMERAL } });
    } catch (error) {
      log.warn({ error: describeError(error) }, 'discord: a command could not be acknowledged; its answer comes alone');
      return false;
    }
    return refusal === undefined;
  };

  const takeAway = async ({ chosen, isOpen, timer }: Waiting): Promise<void> => {
    clearTimeout(timer);
    waiting.delete(chosen.id);
    if (!(await isOpen)) return;
    const signal = within(CALL_WITHIN_MS);
    const call = {
      what: 'take "thinking…" away',
      method: 'DELETE',
      route: original(chosen),
      signal,
      auth: false,
    } as const;
    await api(call).catch((error: unknown) => {
      if (!isRefused(error, 'message_not_found', 'interaction_over'))
        log.warn({ error: describeError(error) }, 'discord: a "thinking…" could not be taken away');
    });
  };

  const find = ({ chat, replyTo }: OutboundPart): Waiting | undefined => {
    if (replyTo !== undefined) return waiting.get(replyTo);
    return [...waiting.values()].find(({ chosen }) => chosen.chatId === chat.externalId);
  };

  const say = async (chosen: ChosenCommand, part: OutboundPart, signal: AbortSignal): Promise<Sent | undefined> => {
    const what = 'answer a command';
    doubtful.set(part.key, chosen);
    try {
      const call = { what, method: 'PATCH', route: original(chosen), signal, auth: false } as const;
      const sent = readSent(what, await api({ ...call, body: contentOf(part.text) }));
      doubtful.delete(part.key);
      return sent;
    } catch (error) {
      if (isCertain(error)) doubtful.delete(part.key);
      if (isRefused(error, 'message_not_found', 'interaction_over', 'not_found')) return undefined;
      throw error;
    }
  };

  return {
    async acknowledge(chosen, stored) {
      const entry: Waiting = {
        chosen,
        isOpen: open(chosen, stored),
        timer: setTimeout(() => void takeAway(entry), THINK_MS).unref(),
      };
      // Noted before it is stored, because the answer may be there a moment after.
      waiting.set(chosen.id, entry);
      if (await entry.isOpen) return;
      clearTimeout(entry.timer);
      waiting.delete(chosen.id);
    },
    async complete(part, signal) {
      const entry = find(part);
      if (!entry || !(await entry.isOpen) || !waiting.delete(entry.chosen.id)) return undefined;
      clearTimeout(entry.timer);
      try {
        return await say(entry.chosen, part, signal);
      } catch (error) {
        if (isCertain(error)) putBack(entry);
        throw error;
      }
    },
    async repeat(part, signal) {
      const chosen = doubtful.get(part.key);
      return chosen && say(chosen, part, signal);
    },
    async close() {
      await Promise.all([...waiting.values()].map(takeAway));
    },
  };

  /** The part comes again after a while, and so may another. */
  function putBack(entry: Waiting): void {
    entry.timer = setTimeout(() => void takeAway(entry), THINK_MS).unref();
    waiting.set(entry.chosen.id, entry);
  }
}

/** Whether nothing was said. */
function isCertain(error: unknown): boolean {
  return error instanceof ChannelError && !(error instanceof UnavailableError && !error.certain);
}

/** Why somebody must be told that their command is not stored, if they must. */
async function refusalOf(stored: Promise<void>): Promise<string | undefined> {
  const settled = stored.then(
    () => undefined,
    () => NOT_STORED,
  );
  return orAfter(settled, STORE_WITHIN_MS, NOT_STORED_YET);
}
