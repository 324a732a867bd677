/** The agents: who answers in a conversation, and the agents that an admin makes. */
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import { NotFoundError } from '../errors.ts';
import { createBatchReader } from '../store/batch.ts';
import { createLru } from '../store/lru.ts';
import type { Store } from '../store/store.ts';
import { type AgentFields, insertAgent, removeAgent, updateAgent } from './change.ts';
import {
  type AgentConfig,
  type Answerer,
  answererOf,
  defaultAgent,
  effective,
  type EffectiveAgent,
  type Wishes,
} from './effective.ts';
import { nameKey, readReference } from './name.ts';

export interface Agents {
  /**
   * The agent's part of a question for a conversation, stored or not. A change of the agent shows within two seconds,
   * in the process that made it at once. An agent that is gone is replaced by the default one.
   */
  of(wishes: Wishes): Promise<Answerer>;
  /** The agent that is meant by its id, name or number; by nothing, the default one. `undefined`: none is. */
  find(text: string | number | null | undefined): Promise<EffectiveAgent | undefined>;
  /** Throws `NotFoundError`. */
  read(id: string): Promise<EffectiveAgent>;
  /** Those that are there, by number: `filter` and `sort` as a page wants them. */
  list(span: { filter: Record<string, unknown>; sort: 1 | -1 }, limit: number): Promise<EffectiveAgent[]>;
  /** Makes one; again under the same id, it is the same. Throws `ConflictError` when the name is taken. */
  create(id: string, fields: AgentFields & { name: string }): Promise<EffectiveAgent>;
  /** Throws `NotFoundError`, or `ConflictError` when the name is taken. */
  change(id: string, fields: Partial<AgentFields>): Promise<EffectiveAgent>;
  /** Its conversations go on with the default agent. Throws `NotFoundError`, `ConflictError` for the default one. */
  remove(id: string): Promise<void>;
}

/** How long what was read is believed. Other processes change agents, too. */
const TRUSTED_MS = 2_000;
const REMEMBERED = 1_000;

/** Makes them. The default agent must have been made (`makeDefaultAgent`). */
export function createAgents({ store, config }: { store: Store; config: AgentConfig }): Agents {
  const readRecent = createRecentReader(store, config);
  const fallback = effective(defaultAgent(new Date()), config);

  const findOne = async (filter: Record<string, unknown>): Promise<EffectiveAgent | undefined> => {
    const record = await store.agents.findOne({ ...filter, goneAt: null }).lean();
    return record ? effective(record, config) : undefined;
  };
  const read = async (id: string): Promise<EffectiveAgent> => {
    const agent = await findOne({ _id: id });
    if (!agent) throw new NotFoundError(`Agent ${id}`);
    return agent;
  };

  return {
    read,
    async of({ agentId, ...wishes }) {
      const agent = (await readRecent.read(agentId)) ?? (await readRecent.read(DEFAULT_AGENT_ID)) ?? fallback;
      return answererOf(agent, wishes);
    },
    async find(given) {
      const text = String(given ?? '').trim();
      if (text === '') return findOne({ _id: DEFAULT_AGENT_ID });
      const reference = readReference(text);
      if ('id' in reference) return findOne({ _id: reference.id });
      const found = await findOne(reference);
      if (found || 'number' in reference || reference.key !== nameKey(config.AGENT_NAME)) return found;
      return findOne({ _id: DEFAULT_AGENT_ID, name: null });
    },
    async list({ filter, sort }, limit) {
      const found = await store.agents
        .find({ ...filter, goneAt: null })
        .sort({ number: sort })
        .limit(limit)
        .lean();
      return found.map((record) => effective(record, config));
    },
    async create(id, fields) {
      return effective(await insertAgent(store, config, id, fields), config);
    },
    async change(id, fields) {
      await updateAgent(store, config, id, fields);
      readRecent.forget(id);
      return read(id);
    },
    async remove(id) {
      await removeAgent(store, id);
      readRecent.forget(id);
    },
  };
}

/** Reads agents by id, at most once in a while. */
function createRecentReader(store: Pick<Store, 'agents'>, config: AgentConfig) {
  const recent = createLru<{ agent: EffectiveAgent | undefined; readAt: number }>(REMEMBERED);
  let changes = 0;
  const readOne = createBatchReader(async (ids) => {
    const found = await store.agents.find({ _id: { $in: ids }, goneAt: null }).lean();
    return new Map(found.map((record) => [record._id, effective(record, config)]));
  });
  return {
    forget(id: string): void {
      changes += 1;
      recent.delete(id);
    },
    async read(id: string): Promise<EffectiveAgent | undefined> {
      const known = recent.get(id);
      const now = Date.now();
      if (known && now - known.readAt < TRUSTED_MS) return known.agent;
      const changesBefore = changes;
      const agent = await readOne(id);
      // What was read while something changed may be from before.
      if (changes === changesBefore) recent.set(id, { agent, readAt: now });
      return agent;
    },
  };
}
