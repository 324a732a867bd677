/** Making, changing and removing agents. Each write is one, so a crash leaves nothing half done. */
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { AgentRecord } from '../store/agents.ts';
import type { Store } from '../store/store.ts';
import { insert, isDuplicate } from '../store/write.ts';
import { type AgentConfig, defaultAgent } from './effective.ts';
import { nameKey } from './name.ts';

/** What an admin says of an agent. `null`: as the variables say. */
export type AgentFields = Pick<AgentRecord, 'name' | 'instructions' | 'models' | 'voice' | 'languages'>;

const NUMBER_INDEX = 'number_1';

/** Makes the default agent, if this is the first start. Safe in several processes at once. */
export async function makeDefaultAgent({ agents }: Pick<Store, 'agents'>): Promise<void> {
  const { _id, ...rest } = defaultAgent(new Date());
  try {
    await agents.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true });
  } catch (error) {
    if (!isDuplicate(error)) throw error; // another process makes it in this moment
  }
}

/**
 * Makes an agent with the next number. May be repeated under the same id: there is one agent. Throws `ConflictError`
 * when another has its name.
 */
export async function insertAgent(
  store: Pick<Store, 'agents' | 'writeAll'>,
  config: AgentConfig,
  id: string,
  fields: AgentFields & { name: string },
): Promise<AgentRecord> {
  await refuseDefaultName(store, config, fields.name);
  const now = new Date();
  const made = { _id: id, key: nameKey(fields.name), ...fields, createdAt: now, updatedAt: now };
  for (;;) {
    // The unique index decides who has a number: two that are made at once read the same last one.
    const [last] = await store.agents.find({}, { number: 1 }).sort({ number: -1 }).limit(1).lean();
    const agent = { ...made, number: (last?.number ?? 0) + 1 };
    const result = await store.writeAll([insert(store.agents, agent)]);
    if (result.isDone) return agent;
    const own = await store.agents.findOne({ _id: id, goneAt: null }).lean();
    if (own) return own;
    if (result.duplicateOf !== NUMBER_INDEX) throw nameTaken(fields.name);
  }
}

/** Changes an agent. Throws `NotFoundError`, or `ConflictError` when another has the name. */
export async function updateAgent(
  store: Pick<Store, 'agents'>,
  config: AgentConfig,
  id: string,
  fields: Partial<AgentFields>,
): Promise<void> {
  const { name } = fields;
  const isDefault = id === DEFAULT_AGENT_ID;
  if (name && !isDefault) await refuseDefaultName(store, config, name);
  if (name === null && isDefault) await refuseTaken(store, config.AGENT_NAME);
  const key = name === undefined ? {} : { key: name === null ? id : nameKey(name) };
  try {
    const change = { $set: { ...fields, ...key, updatedAt: new Date() } };
    const { matchedCount } = await store.agents.updateOne({ _id: id, goneAt: null }, change);
    if (matchedCount === 0) throw new NotFoundError(`Agent ${id}`);
  } catch (error) {
    if (isDuplicate(error)) throw nameTaken(name ?? config.AGENT_NAME);
    throw error;
  }
}

/**
 * Removes an agent: its conversations first, which go on with the default agent, then all that it was but its number,
 * which nobody else gets. Throws `NotFoundError`, and `ConflictError` for the default agent.
 */
export async function removeAgent(store: Pick<Store, 'agents' | 'conversations'>, id: string): Promise<void> {
  if (id === DEFAULT_AGENT_ID) {
    throw new ConflictError('agent_is_default', 'The default agent answers where no other does, so it stays.');
  }
  const exists = await store.agents.exists({ _id: id, goneAt: null });
  if (!exists) throw new NotFoundError(`Agent ${id}`);
  await store.conversations.updateMany({ agentId: id }, { $set: { agentId: DEFAULT_AGENT_ID }, $inc: { version: 1 } });
  const nothing = { key: id, name: null, instructions: null, models: [], voice: null, languages: [] };
  const now = new Date();
  await store.agents.updateOne({ _id: id }, { $set: { ...nothing, goneAt: now, updatedAt: now } });
}

/** The default agent may have its name from a variable, where no index sees it. */
async function refuseDefaultName({ agents }: Pick<Store, 'agents'>, config: AgentConfig, name: string): Promise<void> {
  if (nameKey(name) !== nameKey(config.AGENT_NAME)) return;
  const unnamed = await agents.exists({ _id: DEFAULT_AGENT_ID, name: null });
  if (unnamed) throw nameTaken(name);
}

async function refuseTaken({ agents }: Pick<Store, 'agents'>, name: string): Promise<void> {
  const other = await agents.findOne({ key: nameKey(name) }, { _id: 1 }).lean();
  if (other && other._id !== DEFAULT_AGENT_ID) throw nameTaken(name);
}

function nameTaken(name: string): ConflictError {
  return new ConflictError('agent_name_taken', `There is an agent that is called "${name}" already.`);
}
