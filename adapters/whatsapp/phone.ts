/**
 * The phone's absence. WhatsApp unlinks browsers whose phone was not online for about 14 days, and says nothing before:
 * https://faq.whatsapp.com (linked devices). All that shows us the phone is what its owner writes there, and the linking.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const WARN_AFTER_DAYS = 12;

export interface PhoneWatch {
  /** The phone was there. */
  seen(at: Date): void;
  /** What to tell the admin, if it is time. */
  warning(now: Date): string | undefined;
  /** Throws away what is kept of the linked browser. */
  forget(): void;
}

/** Keeps the time beside the session, so that a restart does not forget it. */
export function createPhoneWatch(sessionDir: string): PhoneWatch {
  const file = join(sessionDir, 'phone-seen');
  let last: Date | undefined;
  const read = (): Date | undefined => {
    try {
      return new Date(readFileSync(file, 'utf8'));
    } catch {
      return undefined; // Not written yet.
    }
  };
  const write = (at: Date) => {
    last = at;
    mkdirSync(sessionDir, { recursive: true });
    writeFileSync(file, at.toISOString());
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
    forget() {
      last = undefined;
      rmSync(sessionDir, { recursive: true, force: true });
    },
  };
}
