/** What it means that a life of browser and library is over. Pure. */
import { growingPause } from '#src/waiting.ts';

/** What comes next. `action`: what the admin must do, or may know. */
export interface Verdict {
  action: string;
  /** The session is good no more: its profile is thrown away. */
  isUnlinked?: boolean;
  /** Trying again is useless. */
  isFinal?: boolean;
  /** The least time until it is tried again. */
  restMs: number;
}

const MINUTE_MS = 60_000;
const BACKOFF = { firstMs: 500, longestMs: 30_000 };

const VERDICTS: Readonly<Record<string, Verdict>> = {
  LOGOUT: {
    action: 'The phone has unlinked us, or WhatsApp has logged us out: link it again by the QR.',
    isUnlinked: true,
    restMs: 0,
  },
  CONFLICT: {
    action: 'WhatsApp is open with our session in another browser: close it there. We take it back every minute.',
    restMs: MINUTE_MS,
  },
  TOS_BLOCK: {
    action: 'WhatsApp has banned this number. Open WhatsApp on the phone: it says why, and how to ask for a review.',
    isFinal: true,
    restMs: 0,
  },
  SMB_TOS_BLOCK: {
    action: 'WhatsApp has banned this business number. Open WhatsApp on the phone: it says why, and what to do.',
    isFinal: true,
    restMs: 0,
  },
  PROXYBLOCK: {
    action: 'WhatsApp refuses the address from which we come: change the proxy or network that the browser uses.',
    restMs: MINUTE_MS,
  },
  DEPRECATED_VERSION: {
    action:
      "WhatsApp no longer takes this version of its page: unset WHATSAPP_WEB_VERSION, or update Pantheon's packages.",
    restMs: MINUTE_MS,
  },
};

/** The verdict on a reason as the child gave it. */
export function verdictOn(reason: string): Verdict {
  return VERDICTS[reason] ?? { action: `WhatsApp's browser is begun again (${reason}).`, restMs: 0 };
}

/** How long until the next life begins, after so many ends in a row; one that was ready is the first. */
export function pauseAfter(failures: number): number {
  return growingPause(failures, BACKOFF);
}
