/** Agents are found by id, name or number, and make their part of a question. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createAgents } from '#src/agents/agents.ts';
import { makeDefaultAgent } from '#src/agents/change.ts';
import type { AgentConfig } from '#src/agents/effective.ts';
import { DEFAULT_AGENT_ID } from '#src/conversation.ts';
import { newId } from '#src/id.ts';
import { openStore } from '#test/store/open-store.ts';

const config: AgentConfig = { AGENT_NAME: 'Ada', AGENT_INSTRUCTIONS: undefined };
const nothing = { instructions: null, models: [], voice: null, languages: [] };

async function open(t: TestContext) {
  const store = await openStore(t);
  await Promise.all([makeDefaultAgent(store), makeDefaultAgent(store), makeDefaultAgent(store)]);
  const agents = createAgents({ store, config });
  return { store, agents };
}

test('an agent is found by its id, its number and its name, and by nothing the default one', async (t) => {
  const { agents } = await open(t);
  const malam = await agents.create(newId('agt'), { ...nothing, name: 'Malam  Audu' });
  const idOf = async (text: string | number | null | undefined) => (await agents.find(text))?._id;
  for (const text of ['', ' ', null, undefined, 1, '1', 'ada', 'ADA', DEFAULT_AGENT_ID]) {
    assert.equal(await idOf(text), DEFAULT_AGENT_ID, String(text));
  }
  for (const text of [2, '2', ' 2 ', 'malam audu', 'MALAM AUDU', malam._id, malam._id.toUpperCase()]) {
    assert.equal(await idOf(text), malam._id, String(text));
  }
  for (const text of [
    0,
    3,
    -1,
    1.5,
    NaN,
    '02',
    'audu',
    'agt_',
    'agt_nobody',
    'name:malam audu',
    '{"$ne":null}',
    '99999999999',
  ]) {
    assert.equal(await idOf(text), undefined, String(text));
  }
  await agents.change(DEFAULT_AGENT_ID, { name: 'Grace' });
  assert.deepEqual([await idOf('Grace'), await idOf('Ada')], [DEFAULT_AGENT_ID, undefined]);
  await agents.remove(malam._id);
  assert.deepEqual([await idOf(2), await idOf(malam._id), await idOf('Malam Audu')], Array(3).fill(undefined));
});

test('a name that AGENT_NAME was set to later means the agent that was given it', async (t) => {
  const { store, agents } = await open(t);
  const eve = await agents.create(newId('agt'), { ...nothing, name: 'Eve' });
  const later = createAgents({ store, config: { ...config, AGENT_NAME: 'Eve' } });
  assert.equal((await later.find('eve'))?._id, eve._id);
});

test('an agent that is made again under its id is the same one', async (t) => {
  const { store, agents } = await open(t);
  const id = newId('agt');
  const made = await Promise.all([1, 2, 3].map(() => agents.create(id, { ...nothing, name: 'Malam' })));
  assert.deepEqual(
    made.map(({ number }) => number),
    [2, 2, 2],
  );
  assert.equal(await store.agents.countDocuments(), 2);
});

test('a conversation that is stored nowhere gets its part of a question', async (t) => {
  const { agents } = await open(t);
  const malam = await agents.create(newId('agt'), {
    name: 'Malam',
    instructions: 'Teach.',
    models: ['openai/m'],
    voice: null,
    languages: ['ha', 'en'],
  });
  assert.deepEqual(
    await agents.of({ agentId: malam._id, inLanguage: 'nb', outLanguage: 'ha', instruction: 'Be a pirate.' }),
    {
      agent: { name: 'Malam', instructions: 'Teach.', models: ['openai/m'], languages: ['Hausa', 'English'] },
      instruction: 'Be a pirate.',
      language: 'Hausa',
      inLanguage: 'Norwegian Bokmål',
    },
  );
  const { agent, ...rest } = await agents.of({ agentId: 'agt_gone', outLanguage: null });
  assert.deepEqual([agent.name, agent.models, rest], ['Ada', [], {}]);
});

test('who answers is not read for every question', async (t) => {
  const { store, agents } = await open(t);
  let reads = 0;
  store.connection.getClient().on('commandStarted', ({ commandName }) => {
    if (commandName === 'find') reads += 1;
  });
  const of = () => agents.of({ agentId: DEFAULT_AGENT_ID });
  await Promise.all(Array.from({ length: 50 }, of));
  await Promise.all(Array.from({ length: 50 }, of));
  assert.equal(reads, 1);
  await agents.change(DEFAULT_AGENT_ID, { name: 'Grace' });
  assert.equal((await of()).agent.name, 'Grace');
});
