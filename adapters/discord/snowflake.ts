/**
 * Discord's ids. They tell the time of what they name, and are ordered by it
 * (https://docs.discord.com/developers/reference#snowflakes).
 */

const EPOCH_MS = 1_420_070_400_000n;
const TIME_SHIFT = 22n;

/** When the thing with this id was made. Throws for what is no id. */
export function timeOf(id: string): Date {
  return new Date(Number((BigInt(id) >> TIME_SHIFT) + EPOCH_MS));
}

/** An id before all that were made at this time or later, and after all that were made earlier. */
export function idBefore(time: Date): string {
  const ms = BigInt(Math.trunc(time.getTime())) - EPOCH_MS;
  return ms <= 0n ? '0' : String((ms << TIME_SHIFT) - 1n);
}

/** Orders ids by time, the oldest first. */
export function byTime(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}
