/** What a channel's test file says of it, so that the contract can be tried on it. */
import type { TestContext } from 'node:test';
import type { Channel, WebhookRequest } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';

/**
 * How the platform treats our next call. A status: it refuses with that. In order then: it takes the request and says
 * nothing · it breaks the connection before doing anything · it does it and says nothing · does it and breaks the
 * connection · answers with a success that nobody can read · is not there at all.
 */
export type Trouble =
  | { status: 400 | 429 | 500 | 502 | 503; retryAfterMs?: number }
  | 'silence'
  | 'cut'
  | 'acceptThenSilence'
  | 'acceptThenCut'
  | 'nonsense'
  | 'away';

/** A channel on its platform's stand-in, opened for one test. */
export interface Opened {
  channel: Channel;
  /** A direct chat in which the platform lets us write. */
  chat: ChatRef;
  /** What it has from us in that chat now, as people read it. */
  arrived: () => string[];
  /** Every line that the channel logged. */
  log: readonly string[];
  /** What no line and no error may hold. */
  secrets: readonly string[];
  /** Makes our next call meet the trouble. `false`: this platform has no such trouble, or its stand-in cannot make it. */
  fail: (trouble: Trouble) => boolean | Promise<boolean>;
  /** For channels that listen: somebody says something to us, and the platform tells it once more. */
  talk?: { say(text: string): void; again(): unknown };
  /** For channels that receive: requests as the platform makes them. */
  calls?: {
    /** Somebody said this to us. Called twice with one text it is the same event. */
    genuine(text: string): WebhookRequest;
    /** By a name: not the platform's, or not of now. All are refused by a `SignatureError`. */
    forged(text: string): Record<string, WebhookRequest>;
  };
}

export interface ContractFixture {
  /** Opens it; whatever was started ends with the test. `isIdle`: nobody listens to it yet, because the test will. */
  open: (t: TestContext, how?: { isIdle: boolean }) => Promise<Opened>;
  /** Why it cannot be tried on this machine. */
  skip?: string | false;
  /** After how long a silent send is given up; it has to be enough for one that succeeds. */
  patienceMs?: number;
  /** How long ago a send may have been so that the platform can still prove its absence; minutes unless set. */
  provesAbsenceForMs?: number;
  /** Raw events of many kinds, odd and broken ones too; for channels that can `read` them again. */
  events?: readonly unknown[];
  /** The longest text of one message; absent: there is no limit. `sizeOf`: what a character counts. */
  limit?: { most: number; sizeOf: (character: string) => number };
  /** Of the statuses that leave it open whether a send arrived: those by which this platform says that it did not. */
  certain?: readonly (500 | 502)[];
}

let keys = 0;

/** The key of a part: no two parts of an installation have the same. */
export function newKey(): string {
  keys += 1;
  return `dlv_${keys}:0`;
}
