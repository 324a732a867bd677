/** What the states of its parts make of a delivery. Pure. */
import type { Delivery, Part, Try } from '#src/store/deliveries.ts';

/** After so many tries that certainly did not arrive a delivery has failed; and how long to wait before each. */
const TRY_AFTER_MS = [1_000, 4_000, 15_000, 60_000, 300_000] as const;
const JITTER = 0.2;

/**
 * The parts of a delivery that is tried for the first time: stored with their text, so that they never change. The
 * first of an answer that was seen growing is there already, and waits to be finished.
 */
export function splitParts(delivery: Delivery, format: (markdown: string) => string[]): Part[] {
  const { _id, parts, live, text: markdown = '' } = delivery;
  const [shown] = parts;
  const isSplit = shown !== undefined && (live !== 'decided' || shown.text !== undefined);
  if (isSplit) return parts;
  return format(markdown).map((text, index) => {
    if (shown === undefined || index > 0) return { index, text, state: 'waiting', key: `${_id}:${index}` };
    return { ...shown, text, state: shown.state === 'sent' ? 'waiting' : shown.state };
  });
}

/** Whether what the platform has of this part may be no more than its beginning. */
export function isStillGrown({ live }: Delivery, { index }: Part): boolean {
  return live !== undefined && index === 0;
}

/** Why a part is unknown that a dead process was sending. */
const ABANDONED = 'The process that was sending this died before it could say whether it arrived.';

/**
 * Whoever was sending these is gone: nobody knows whether they arrived (P5). `isUnsent`: we ourselves wrote that
 * intent, and know that we never came to send; such a part just waits. So does one that was being edited.
 */
export function markAbandoned(parts: Part[], isUnsent: (part: Part) => boolean): { parts: Part[]; tries: Try[] } {
  const isAbandoned = (part: Part) => part.state === 'sending' && part.externalId === undefined && !isUnsent(part);
  const asFound = (part: Part): Part['state'] => (isAbandoned(part) ? 'unknown' : 'waiting');
  return {
    parts: parts.map((part) => (part.state === 'sending' ? { ...part, state: asFound(part) } : part)),
    tries: parts.filter(isAbandoned).map(({ at }) => ({ at: at ?? new Date(), error: ABANDONED, certain: false })),
  };
}

/** When to try again after so many tries; `undefined`: not at all. */
export function nextTry(attempts: number, now: Date, random = Math.random): Date | undefined {
  const wait = TRY_AFTER_MS[attempts - 1];
  return wait === undefined ? undefined : new Date(now.getTime() + wait * (1 + JITTER * random()));
}
