/** The workers of a process, by the roles that it has. */
import type { Channel } from '#src/channel.ts';
import type { Role } from '#src/config.ts';
import { createDeliver } from './deliver/deliver.ts';
import type { DeliverDeps, ReplyDeps } from './deps.ts';
import { startSweeper } from './housekeeping/sweep.ts';
import { createReply } from './reply/reply.ts';

export interface Workers {
  close(): Promise<void>;
}

/** Waiting costs no place: a turn that waits for the model holds nothing but its job. */
const REPLY_CONCURRENCY = 200;
const DELIVER_CONCURRENCY = 100;

/** Starts what the roles ask for. The doorbells are closed by whoever made them; that ends the units. */
export function startWorkers(deps: ReplyDeps & DeliverDeps, roles: readonly Role[]): Workers {
  if (roles.includes('reply')) deps.bells.reply.answer(createReply(deps), REPLY_CONCURRENCY);
  if (roles.includes('deliver')) {
    for (const channel of deps.channels.values()) answerDeliveries(deps, channel);
  }
  const stopSweeper = roles.includes('housekeeping') ? startSweeper(deps) : undefined;
  return {
    close: async () => stopSweeper?.(),
  };
}

function answerDeliveries(deps: DeliverDeps, channel: Channel): void {
  deps.bells.deliver(channel.name).answer(createDeliver(deps, channel), DELIVER_CONCURRENCY);
}
