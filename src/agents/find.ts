/** Which agent is meant: by its id, its name, or its number in order of creation. */
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import type { AgentRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** Finds it; `undefined` when there is none of that name. */
export async function findAgent(
  store: Pick<Store, 'agents'>,
  text: string,
): Promise<Pick<AgentRecord, '_id'> | undefined> {
  const name = text.trim();
  if (name === '' || name === '1' || name === DEFAULT_AGENT_ID) return { _id: DEFAULT_AGENT_ID };
  const number = /^\d{1,9}$/.test(name) ? Number(name) : undefined;
  const choices = [{ _id: name }, { name }, ...(number === undefined ? [] : [{ number }])];
  return (await store.agents.findOne({ goneAt: null, $or: choices }).lean()) ?? undefined;
}
