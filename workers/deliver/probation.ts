import type { Channel } from '#src/channel.ts';
import { describeError, RateLimitedError, UnavailableError } from '#src/errors.ts';

/** After a silence an account must prove that it answers before more is said on it. */
export interface Probation {
  begin(): void;
  /** Throws an `UnavailableError` with `certain: true` while the account does not answer: nothing was sent then. */
  pass(signal: AbortSignal): Promise<void>;
}

/** Makes the probation of a channel's account. A channel without a probe is trusted at once. */
export function createProbation(channel: Channel): Probation {
  let isDoubtful = false;
  return {
    begin: () => void (isDoubtful = true),
    async pass(signal) {
      if (isDoubtful) {
        await channel.probe?.(signal).catch((error: unknown) => {
          if (error instanceof RateLimitedError) throw error;
          const message = `${channel.name} did not answer after a silence: ${describeError(error)}`;
          throw new UnavailableError(message, { certain: true, code: 'channel_silent', cause: error });
        });
      }
      isDoubtful = false;
    },
  };
}
