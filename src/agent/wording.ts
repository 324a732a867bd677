/** How a failure of the model is told: to the operator with what to do now, to the person in one honest sentence. */
import { AgentError, type AgentErrorCode } from './agent.ts';
import { modelLabel, VARIABLES, type ModelChoice } from './choose.ts';
import type { ConfigError } from '../errors.ts';
import type { Failure } from './failure.ts';

const SERVICES = { openai: 'OpenAI', anthropic: 'Anthropic', google: 'Google', local: 'The local model server' };

const NOT_SET_UP =
  'my language model is not set up correctly. The operator can see why and have your message answered.';

const TO_PERSON: Record<AgentErrorCode, string> = {
  model_not_found: NOT_SET_UP,
  model_key_refused: NOT_SET_UP,
  model_key_missing: NOT_SET_UP,
  model_quota_exceeded:
    'the allowance for my language model is used up. The operator can see this and have your message answered later.',
  model_rate_limited: 'my language model is too busy at the moment. Please write again in a minute.',
  model_refused: 'my language model does not want to talk about this. Please say it differently.',
  model_timeout: 'my language model took too long. Please try again, perhaps with a shorter question.',
  model_cut_off: 'the connection to my language model broke in the middle of the answer. Please write again.',
  model_empty: 'my language model gave an empty answer. Please say it differently.',
  model_unreachable:
    'my language model is not reachable at the moment. The operator can see why and have your message answered later.',
  model_failed: 'my language model had an error. The operator can see why and have your message answered later.',
};

/** What happened and what to do now; `url` is the variable that says where the service is. */
type Words = (variables: { key: string; url: string }) => { what: string; todo: string };

const TO_OPERATOR: Record<Failure['code'], Words> = {
  model_not_found: ({ url }) => ({
    what: 'does not know this model',
    todo: `Check MODEL (or the agent's models) and ${url}.`,
  }),
  model_key_refused: ({ key }) => ({ what: 'refused the key', todo: `Check ${key}.` }),
  model_quota_exceeded: () => ({ what: 'says that the quota is used up', todo: 'Check the plan and its billing.' }),
  model_rate_limited: () => ({
    what: 'limits how often it may be asked',
    todo: 'Lower MODEL_CONCURRENCY, or raise the limit there.',
  }),
  model_refused: () => ({
    what: 'held the answer back by its content filter',
    todo: 'Set the filter there, if you can.',
  }),
  model_timeout: () => ({
    what: 'did not finish its answer in time',
    todo: 'Choose a faster MODEL, or raise MODEL_TIMEOUT_MS.',
  }),
  model_cut_off: () => ({
    what: 'broke off before its answer was complete',
    todo: 'Replay it; when it happens often, look at the network and the proxies on the way.',
  }),
  model_empty: () => ({ what: 'gave an answer without text', todo: 'Replay it, or choose another MODEL.' }),
  model_unreachable: ({ url }) => ({ what: 'cannot be reached', todo: `Check the network, ${url}, and that it runs.` }),
  model_failed: () => ({ what: 'failed', todo: 'LOG_LEVEL=debug shows what it said.' }),
};

/** The error for a failure that is final, after `tries` tries. Holds nothing that was said. */
export function toAgentError(choice: ModelChoice, failure: Failure, tries: number): AgentError {
  const { what, todo } = TO_OPERATOR[failure.code](VARIABLES[choice.provider]);
  const service = `${SERVICES[choice.provider]} at ${new URL(choice.baseUrl).host}`;
  const detail = failure.detail === undefined ? '' : ` (${failure.detail})`;
  const often = tries > 1 ? `, at each of ${tries} tries` : '';
  const message = `${service} ${what}${detail}${often}. ${todo} (${modelLabel(choice)})`;
  return new AgentError(failure.code, message, toPerson(failure.code));
}

/** The error for a list of models none of which can be asked here. */
export function toKeyError(missing: readonly ConfigError[]): AgentError {
  const message = missing.map((error) => error.message).join(' ');
  return new AgentError('model_key_missing', message, toPerson('model_key_missing'));
}

function toPerson(code: AgentErrorCode): string {
  return `I could not answer: ${TO_PERSON[code]}`;
}
