/**
 * The phone's absence. WhatsApp unlinks browsers whose phone was not online for about 14 days, and says nothing before:
 * https://faq.whatsapp.com (linked devices). All that shows us the phone is what its owner writes there, and the linking.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';

const DAY_MS = 86_400_000;
const WARN_AFTER_DAYS = 12;

/** None of it throws: a disk that is full or may not be written is logged, and what is known is kept in memory. */
export interface PhoneWatch {
  /** The phone was there. */
  seen(at: Date): void;
  /** What to tell the admin, if it is time. */
  warning(now: Date): string | undefined;
  /** Throws away what is kept of the linked browser, which has ended. */
  forget(): Promise<void>;
}

/** Keeps the time beside the session, so that a restart does not forget it. */
export function createPhoneWatch(sessionDir: string, log: Logger): PhoneWatch {
  const file = join(sessionDir, 'phone-seen');
  let last: Date | undefined;
  const read = (): Date | undefined => {
    try {
      const at = new Date(readFileSync(file, 'utf8'));
      return Number.isNaN(at.getTime()) ? undefined : at; // Broken: written anew.
    } catch {
      return undefined; // Not written yet.
    }
  };
  const write = (at: Date) => {
    last = at;
    try {
      mkdirSync(sessionDir, { recursive: true });
      writeFileSync(`${file}.new`, at.toISOString());
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.warn({ error: describeError(error) }, 'whatsapp: when the phone was there could not be written down');
    }
  };
  return {
    seen(at) {
      last ??= read();
      if (last === undefined || at.getTime() - last.getTime() > 60_000) write(at);
    },
    warning(now) {
      last ??= read();
      if (last === undefined) write(now);
      const days = Math.floor((now.getTime() - (last ?? now).getTime()) / DAY_MS);
      if (days < WARN_AFTER_DAYS) return undefined;
      return `Nothing was written on the phone for ${days} days. WhatsApp unlinks us about 14 days after the phone was last online: open WhatsApp there, and write something to yourself.`;
    },
    async forget() {
      last = undefined;
      try {
        await rm(sessionDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      } catch (error) {
        log.error({ error: describeError(error) }, 'whatsapp: the folder of the unlinked browser could not be deleted');
      }
    },
  };
}
