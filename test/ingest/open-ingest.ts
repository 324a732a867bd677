/** The way in on a database of its own, for tests that need nothing else of the product. */
import type { TestContext } from 'node:test';
import { createCommands } from '#src/commands/commands.ts';
import { createIdentityResolver } from '#src/identity/resolve.ts';
import type { IngestDeps } from '#src/ingest/deps.ts';
import { createIngest, type Ingest } from '#src/ingest/ingest.ts';
import { createLogger } from '#src/log.ts';
import type { Live } from '#src/queue/live.ts';
import { silentBells } from '#test/queue/silent-bells.ts';
import { openStore } from '#test/store/open-store.ts';

const live: Live = { publish: () => undefined, subscribe: async () => () => undefined, close: () => undefined };

/** Opens it. */
export async function openIngest(t: TestContext): Promise<{ deps: IngestDeps; ingest: Ingest }> {
  const store = await openStore(t);
  const ground = { store, bells: silentBells, live, log: createLogger('warn', false), agentName: 'Pantheon' };
  const deps = { ...ground, identities: createIdentityResolver(store), replyWaitMs: 0 };
  return { deps, ingest: createIngest({ ...deps, commands: createCommands(ground) }) };
}
