/** Ids as Discord makes them: the time, and a count within it. */

const EPOCH_MS = 1_420_070_400_000;

/** Makes the maker of ids, each later than the one before. */
export function createSnowflakes(now: () => number): (at?: number) => string {
  let last = 0n;
  return (at) => {
    const time = BigInt(Math.trunc(at ?? now()) - EPOCH_MS) << 22n;
    if (at !== undefined) return String(time | BigInt(Math.floor(Math.random() * 4096)));
    last = time > last ? time : last + 1n;
    return String(last);
  };
}
