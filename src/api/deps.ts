import type { Ask } from '../agent/agent.ts';
import type { Slots } from '../agent/slots.ts';
import type { Agents } from '../agents/agents.ts';
import type { TurnLimits } from '../agents/limits.ts';
import type { Append } from '../history/append.ts';
import type { Pacer } from '../queue/pace.ts';
import type { Channel, ChannelStatus } from '../channel.ts';
import type { Config } from '../config.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Logger } from '../log.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import type { Store } from '../store/store.ts';
import type { CallLimits } from './limits.ts';

/** What the HTTP interface needs. */
export interface ApiDeps {
  config: Config;
  store: Store;
  bells: Bells;
  live: Live;
  identities: IdentityResolver;
  append: Append;
  turnLimits: TurnLimits;
  pacer: Pacer;
  log: Logger;
  ingest: Ingest;
  agents: Agents;
  ask: Ask;
  /** The model's places, which the workers of this process have as well. */
  slots: Slots;
  limits: CallLimits;
  channels: ReadonlyMap<string, Channel>;
  reports: ReadonlyMap<string, ChannelStatus>;
  /** Whether MongoDB, its disk and Redis are well. Resolves to what is not. */
  unready: () => Promise<string[]>;
  /** Aborted when we shut down: ends what would hold the server open. */
  closing: AbortSignal;
}
