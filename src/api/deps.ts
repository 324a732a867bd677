import type { Channel, ChannelReport } from '../channel.ts';
import type { Config } from '../config.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Logger } from '../log.ts';
import type { Bells } from '../queue/bells.ts';
import type { Store } from '../store/store.ts';
import type { Limits } from './limits.ts';

/** What the HTTP interface needs. */
export interface ApiDeps {
  config: Config;
  store: Store;
  bells: Bells;
  log: Logger;
  ingest: Ingest;
  identities: IdentityResolver;
  limits: Limits;
  channels: ReadonlyMap<string, Channel>;
  reports: ReadonlyMap<string, ChannelReport>;
  /** Whether MongoDB, its disk and Redis are well. Resolves to what is not. */
  unready: () => Promise<string[]>;
}
