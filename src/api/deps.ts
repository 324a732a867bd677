import type { Ask } from '../agent/agent.ts';
import type { Slots } from '../agent/slots.ts';
import type { Agents } from '../agents/agents.ts';
import type { Limits } from '../agents/limits.ts';
import type { Append } from '../history/append.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Live } from '../queue/live.ts';
import type { Pacer } from '../queue/pace.ts';
import type { Channel, ChannelReport } from '../channel.ts';
import type { Config } from '../config.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Logger } from '../log.ts';
import type { Bells } from '../queue/bells.ts';
import type { Store } from '../store/store.ts';

/** What the HTTP interface needs. */
export interface ApiDeps {
  config: Config;
  store: Store;
  bells: Bells;
  live: Live;
  identities: IdentityResolver;
  append: Append;
  limits: Limits;
  pacer: Pacer;
  log: Logger;
  ingest: Ingest;
  agents: Agents;
  ask: Ask;
  /** The model's places, which the workers of this process have as well. */
  slots: Slots;
  channels: ReadonlyMap<string, Channel>;
  reports: ReadonlyMap<string, ChannelReport>;
  /** Whether MongoDB, its disk and Redis are well. Resolves to what is not. */
  unready: () => Promise<string[]>;
}
