import type { Ask } from '#src/agent/agent.ts';
import type { Slots } from '#src/agent/slots.ts';
import type { Agents } from '#src/agents/agents.ts';
import type { TurnLimits } from '#src/agents/limits.ts';
import type { Channel } from '#src/channel.ts';
import type { Logger } from '#src/log.ts';
import type { Bells } from '#src/queue/bells.ts';
import type { Live } from '#src/queue/live.ts';
import type { Pacer } from '#src/queue/pace.ts';
import type { Store } from '#src/store/store.ts';
import type { Keeper } from './keeper.ts';

/** What the workers need. `holder` names this process in leases. */
export interface WorkerDeps {
  store: Store;
  bells: Bells;
  live: Live;
  log: Logger;
  holder: string;
  keeper: Keeper;
  channels: ReadonlyMap<string, Channel>;
}

/** What making answers needs besides. */
export interface ReplyDeps extends WorkerDeps {
  ask: Ask;
  agents: Pick<Agents, 'of'>;
  /** The model's places; fair by person. */
  slots: Slots;
  pacer: Pacer;
  sendTimeoutMs: number;
  turnLimits: TurnLimits;
}

/** What saying things needs besides. */
export interface DeliverDeps extends WorkerDeps {
  pacer: Pacer;
  sendTimeoutMs: number;
}
