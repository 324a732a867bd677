/**
 * Long polling. Telegram keeps an update until a higher offset is asked for, so the offset moves only after the
 * store has said yes. (grammY's own loop confirms an update whose handler failed: it is not used.)
 */
import { z } from 'zod';
import type { Emit } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import type { TelegramApi } from './api.ts';
import { within } from './api.ts';
import { isConflict } from './errors.ts';
import type { Round } from './keep-up.ts';
import { UPDATE_KINDS } from './normalize/schema.ts';

const BATCH = 100;
const POLL_SECONDS = 25;
const DEADLINE_MS = 10_000;
/** Rest after an empty answer that came at once: not every server knows long polling, and none should be hammered. */
const QUICK_MS = 1_000;
/** Rest when a batch holds nothing that can be confirmed, and will therefore come again. */
const STUCK_MS = 5_000;

const numbered = z.object({ update_id: z.int() });

/** What polling needs. */
export interface PollDeps {
  api: TelegramApi;
  read: (raw: unknown) => Inbound[];
  emit: Emit;
  log: Logger;
}

/** The offset that confirms a batch: one more than its last id. `undefined` when none of it has one. */
function offsetAfter(updates: readonly unknown[]): number | undefined {
  const last = updates.findLast((update) => numbered.safeParse(update).success);
  return last === undefined ? undefined : numbered.parse(last).update_id + 1;
}

/** A webhook of some other program makes polling impossible. Its waiting updates stay, and come to us. */
async function removeWebhook({ api, log }: PollDeps, signal: AbortSignal): Promise<boolean> {
  const { url } = await api.getWebhookInfo(within(DEADLINE_MS, signal));
  if (!url) return false;
  log.warn({ host: new URL(url).host }, 'telegram: the bot had a webhook, which is removed so that we can poll');
  await api.deleteWebhook({ drop_pending_updates: false }, within(DEADLINE_MS, signal));
  return true;
}

/** Makes the round that fetches a batch and has it stored. A failed round leaves the offset where it was. */
export function createPoll(deps: PollDeps): Round {
  const { api, read, emit } = deps;
  let offset: number | undefined;
  let isWell = false;

  const ask = async (seconds: number, signal: AbortSignal): Promise<unknown[]> => {
    const place = offset === undefined ? {} : { offset };
    const question = { limit: BATCH, timeout: seconds, allowed_updates: UPDATE_KINDS, ...place };
    const updates: unknown = await api.getUpdates(question, within(seconds * 1000 + DEADLINE_MS, signal));
    if (Array.isArray(updates)) return updates;
    throw new UnavailableError('Telegram gave something else than updates.', { certain: true, code: 'no_answer' });
  };
  const fetchBatch = async (seconds: number, signal: AbortSignal): Promise<unknown[]> => {
    try {
      return await ask(seconds, signal);
    } catch (error) {
      if (isConflict(error) && (await removeWebhook(deps, signal))) return ask(seconds, signal);
      throw error;
    }
  };
  const store = async (updates: readonly unknown[]): Promise<number> => {
    const batch = updates.flatMap(read);
    if (batch.length > 0) await emit(batch);
    const next = offsetAfter(updates);
    offset = next ?? offset;
    return next === undefined ? STUCK_MS : 0;
  };

  return async (signal) => {
    // The first poll, and the first after a failure, does not wait: so it is known at once whether all is well.
    const seconds = isWell ? POLL_SECONDS : 0;
    isWell = false;
    const startedAt = performance.now();
    const updates = await fetchBatch(seconds, signal);
    const restMs = updates.length > 0 ? await store(updates) : 0;
    isWell = true;
    if (updates.length > 0) return restMs;
    // All is confirmed. Ids begin anew after a quiet week, and an old offset would then hide what comes.
    offset = undefined;
    return seconds > 0 && performance.now() - startedAt < QUICK_MS ? QUICK_MS : 0;
  };
}
