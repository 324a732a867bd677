/** What finding something costs: how many documents the server had to look at. */
import type { Store } from '#src/store/store.ts';

/** One look-up: in which collection, how many documents were looked at, and how many found. */
export type LookUp = [collection: string, looked: number, found: number];

interface Explained {
  executionStats: { nReturned: number; totalDocsExamined: number };
}

/** Does it, and then has the server explain each look-up that it took, in their order. */
export async function lookUpsOf(store: Store, work: () => Promise<unknown>): Promise<LookUp[]> {
  const asked: { find: string; filter: object }[] = [];
  const note = ({ command }: { command: { find?: string; filter?: object } }) => {
    const { find, filter = {} } = command;
    if (find !== undefined) asked.push({ find, filter });
  };
  const client = store.connection.getClient();
  client.on('commandStarted', note);
  await work();
  client.off('commandStarted', note);
  return Promise.all(asked.map((command) => explain(store, command)));
}

async function explain(store: Store, command: { find: string; filter: object }): Promise<LookUp> {
  const answer = await store.connection.db?.command({ explain: command, verbosity: 'executionStats' });
  const { nReturned, totalDocsExamined } = (answer as unknown as Explained).executionStats;
  return [command.find, totalDocsExamined, nReturned];
}
