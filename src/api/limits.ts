/** How often somebody may call (`RATE_LIMIT`), and how often a key pair may be guessed. */
import { isIPv6 } from 'node:net';
import type { Request, Response } from 'express';
import type { Redis } from 'ioredis';
import { TooManyError } from '../errors.ts';
import { createRateLimit } from '../queue/rate.ts';

const WRONG_PAIRS_A_MINUTE = 10;

export interface CallLimits {
  /** Counts a call of `who` and says so in the headers of its answer. Throws `TooManyError`. */
  countCall(who: string, response: Response): Promise<void>;
  /** Counts a wrong key pair. Throws `TooManyError` when its address has shown too many. */
  countWrongPair(request: Request): Promise<void>;
}

/** Makes the limits. Right pairs and wrong ones are counted apart, so that nobody is locked out by somebody's guesses. */
export function createCallLimits(redis: Redis, prefix: string, callsAMinute: number): CallLimits {
  const calls = createRateLimit(redis, `${prefix}:rate:calls`, callsAMinute);
  const wrongPairs = createRateLimit(redis, `${prefix}:rate:wrong`, WRONG_PAIRS_A_MINUTE);
  return {
    async countCall(who, response) {
      const { isOver, remaining, resetSeconds } = await calls.count(who);
      // https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10
      response.set('RateLimit-Policy', `"default";q=${calls.limit};w=${calls.windowSeconds}`);
      response.set('RateLimit', `"default";r=${remaining};t=${resetSeconds}`);
      if (isOver) throw new TooManyError(`More than ${calls.limit} calls in a minute (RATE_LIMIT).`, resetSeconds);
    },
    async countWrongPair(request) {
      const { isOver, resetSeconds } = await wrongPairs.count(addressOf(request));
      if (isOver) throw new TooManyError('Too many wrong key pairs from this address in a minute.', resetSeconds);
    },
  };
}

/** The caller's address; of IPv6 the part that one household has, for it may use all the rest. */
export function addressOf(request: Request): string {
  const address = request.socket.remoteAddress ?? '';
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
