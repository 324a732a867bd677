import type { IdentityResolver } from '../identity/resolve.ts';
import type { Logger } from '../log.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import type { Store } from '../store/store.ts';

/** What the way in needs. */
export interface IngestDeps {
  store: Store;
  identities: IdentityResolver;
  bells: Bells;
  live: Live;
  log: Logger;
  agentName: string;
  /** How long a burst of messages is waited for, in milliseconds; 0 = never. */
  replyWaitMs: number;
}
