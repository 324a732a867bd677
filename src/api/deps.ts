import type { Channel, ChannelReport } from '../channel.ts';
import type { Config } from '../config.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Logger } from '../log.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import type { Store } from '../store/store.ts';

/** What the HTTP interface needs. */
export interface ApiDeps {
  config: Config;
  store: Store;
  bells: Bells;
  live: Live;
  log: Logger;
  ingest: Ingest;
  channels: ReadonlyMap<string, Channel>;
  reports: ReadonlyMap<string, ChannelReport>;
  /** Whether MongoDB, its disk and Redis are well. Resolves to what is not. */
  unready: () => Promise<string[]>;
  /** Aborted when we shut down: ends what would hold the server open. */
  closing: AbortSignal;
}
