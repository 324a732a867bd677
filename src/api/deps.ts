import type { Agent, Question } from '../agent/agent.ts';
import type { Slots } from '../agent/slots.ts';
import type { Limits } from '../agents/limits.ts';
import type { Append } from '../history/append.ts';
import type { IdentityResolver } from '../identity/resolve.ts';
import type { Live } from '../queue/live.ts';
import type { Pacer } from '../queue/pace.ts';
import type { AgentRecord } from '../store/records.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Channel, ChannelStatus } from '../channel.ts';
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
  agent: Pick<Agent, 'ask'>;
  agents: {
    of(conversation: Conversation): Promise<Pick<Question, 'agent' | 'language'>>;
    find(text: string): Promise<AgentRecord | undefined>;
  };
  slots: Slots;
  limits: Limits;
  pacer: Pacer;
  log: Logger;
  ingest: Ingest;
  channels: ReadonlyMap<string, Channel>;
  reports: ReadonlyMap<string, ChannelStatus>;
  /** Whether MongoDB, its disk and Redis are well. Resolves to what is not. */
  unready: () => Promise<string[]>;
}
