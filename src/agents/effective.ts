/** An agent as it is asked and shown: what it does not say for itself, the operator's variables say. Pure. */
import { DEFAULT_INSTRUCTIONS } from '../agent/prompt.ts';
import type { Question } from '../agent/agent.ts';
import type { Config } from '../config.ts';
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import type { Conversation } from '../store/conversations.ts';
import type { AgentRecord } from '../store/agents.ts';
import { findLanguage } from '../text/languages.ts';

/** The variables that hold where an agent's own fields are `null`. */
export type AgentConfig = Pick<Config, 'AGENT_NAME' | 'AGENT_INSTRUCTIONS'>;

/** An agent with the name and the instructions that hold. */
export interface EffectiveAgent extends AgentRecord {
  name: string;
  instructions: string;
}

/** The agent's part of a question: who is asked, and how this conversation wants it. */
export type Answerer = Pick<Question, 'agent' | 'instruction' | 'language' | 'inLanguage'>;

/** What of a conversation says how it is answered. Enough of it for one that is not stored. */
export type Wishes = Pick<Conversation, 'agentId' | 'inLanguage' | 'outLanguage' | 'instruction'>;

/** The agent with what holds. */
export function effective(record: AgentRecord, config: AgentConfig): EffectiveAgent {
  return {
    ...record,
    name: record.name ?? config.AGENT_NAME,
    instructions: record.instructions ?? config.AGENT_INSTRUCTIONS ?? DEFAULT_INSTRUCTIONS,
  };
}

/** The default agent as it is made at the first start: all of it is as the variables say. */
export function defaultAgent(at: Date): AgentRecord {
  return {
    _id: DEFAULT_AGENT_ID,
    number: 1,
    key: DEFAULT_AGENT_ID,
    name: null,
    instructions: null,
    models: [],
    voice: null,
    languages: [],
    createdAt: at,
    updatedAt: at,
  };
}

/** What the model is told of the agent, and of what the conversation wants. */
export function answererOf(agent: EffectiveAgent, wishes: Omit<Wishes, 'agentId'> = {}): Answerer {
  const { name, instructions, models, languages } = agent;
  const language = englishName(wishes.outLanguage);
  const inLanguage = englishName(wishes.inLanguage);
  return {
    agent: { name, instructions, models, languages: languages.map((code) => englishName(code) ?? code) },
    ...(wishes.instruction ? { instruction: wishes.instruction } : {}),
    ...(language ? { language } : {}),
    ...(inLanguage ? { inLanguage } : {}),
  };
}

function englishName(code: string | null | undefined): string | undefined {
  return code ? (findLanguage(code)?.name ?? code) : undefined;
}
