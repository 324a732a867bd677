/** `/v1/agents`: who answers. Everybody may read them, admins make and change them. */
import type { Answer } from '../agent/agent.ts';
import { answererOf } from '../agents/effective.ts';
import { API_APP, DEFAULT_AGENT_ID } from '../conversation.ts';
import { InvalidError } from '../errors.ts';
import { agentBodies } from './agent-bodies.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentAgent } from './present.ts';
import { pageReply } from './read.ts';
import { type Call, CONFLICT, type Route, route } from './route.ts';
import { agentShape, answerShape, pageShape } from './shapes.ts';

const TAG = 'Agents';
const NAME_TAKEN = { 409: { description: 'Another agent has this name.' } };
const ONE = { 200: { description: 'The agent.', schema: agentShape } };

/** Makes the routes. */
export function createAgentRoutes(deps: ApiDeps): Route[] {
  const { agents, config } = deps;
  const { newAgent, change, message } = agentBodies(config);
  return [
    route({
      method: 'get',
      path: '/v1/agents',
      access: 'caller',
      tag: TAG,
      summary: 'List agents, the latest first',
      query: pageQuery,
      answers: { 200: { description: 'A page of agents.', schema: pageShape(agentShape) } },
      async handle({ query, request }) {
        const found = await agents.list(
          spanOf(query, 'number', 'desc', (at) => at),
          query.limit + 1,
        );
        const page = pageOf(query, found, ({ number, _id }) => ({ at: number, id: _id }));
        return pageReply(request, { ...page, data: page.data.map(presentAgent) });
      },
    }),

    route({
      method: 'post',
      path: '/v1/agents',
      access: 'admin',
      tag: TAG,
      summary: 'Make an agent',
      description: 'Without `instructions` it has those of the variable AGENT_INSTRUCTIONS.',
      body: newAgent,
      example: { name: 'Tutor', instructions: 'You teach Hausa, one small step at a time.', languages: ['hausa'] },
      creates: true,
      answers: { 201: { description: 'The agent.', schema: agentShape }, ...NAME_TAKEN },
      async handle(call) {
        const agent = await agents.create(call.newId('agt'), call.body);
        return { status: 201, body: presentAgent(agent), headers: { Location: `/v1/agents/${agent._id}` } };
      },
    }),

    route({
      method: 'get',
      path: '/v1/agents/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Read an agent',
      answers: ONE,
      handle: async ({ params }) => ({ status: 200, body: presentAgent(await agents.read(params['id'] ?? '')) }),
    }),

    route({
      method: 'patch',
      path: '/v1/agents/{id}',
      access: 'admin',
      tag: TAG,
      summary: 'Change an agent',
      description:
        'Its next answers are already given so. `null` as instructions, and as the name of the default agent, gives them back to the variables AGENT_INSTRUCTIONS and AGENT_NAME.',
      body: change,
      example: { instructions: 'You teach Hausa by telling stories.' },
      answers: { ...ONE, ...NAME_TAKEN },
      async handle({ params, body }) {
        const { id = '' } = params;
        await agents.read(id);
        if (body.name === null && id !== DEFAULT_AGENT_ID) {
          const detail = 'must be a name: only the default agent can have it from a variable';
          throw new InvalidError('The request has fields that cannot be taken.', [{ pointer: '/name', detail }]);
        }
        return { status: 200, body: presentAgent(await agents.change(id, defined(body))) };
      },
    }),

    route({
      method: 'delete',
      path: '/v1/agents/{id}',
      access: 'admin',
      tag: TAG,
      summary: 'Remove an agent',
      description: 'Its conversations go on with the default agent, which cannot be removed.',
      answers: { 204: { description: 'It is gone.' }, ...CONFLICT },
      async handle({ params }) {
        await agents.remove(params['id'] ?? '');
        return { status: 204 };
      },
    }),

    route({
      method: 'post',
      path: '/v1/agents/{id}/try',
      access: 'admin',
      tag: TAG,
      summary: 'Hear what an agent would answer',
      description: 'Nothing of it is stored.',
      body: message,
      example: { message: 'Good morning!' },
      answers: {
        200: { description: 'The answer.', schema: answerShape },
        502: { description: 'The model gave none; `code` and `detail` say why.' },
      },
      async handle(call) {
        const answer = await tryAgent(deps, call);
        return answer && { status: 200, body: answer };
      },
    }),
  ];
}

/** Asks once, in the caller's own turn at the model. `undefined`: nobody waits for the answer any more. */
async function tryAgent(
  { agents, ask, slots }: ApiDeps,
  { params, body, caller, signal }: Call<unknown, { message: string }>,
): Promise<Answer | undefined> {
  const agent = await agents.read(params['id'] ?? '');
  const question = {
    ...answererOf(agent),
    entries: [{ role: 'user' as const, text: body.message }],
    newCount: 1,
    place: { channel: API_APP, kind: 'direct' as const },
  };
  try {
    const release = await slots.take(caller.personId, signal);
    return await ask(question, { signal }).finally(release);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Only the fields that are there: a field that is not named stays as it is. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]: Exclude<T[K], undefined> };
}
