/** A server that answers as models do, driven by the unmodified provider packages of the AI SDK. */
import { startHost } from '../host.ts';
import { createWatch } from '../watch.ts';
import type { ModelMessage } from './dialects/dialect.ts';
import type { ModelFault } from './faults.ts';
import { createGates } from './gates.ts';
import { createListener } from './server.ts';
import type { ModelRequest, ModelStandin } from './standin.ts';

export type { ModelFault } from './faults.ts';
export type { ModelStandin } from './standin.ts';

function echo(messages: ModelMessage[]): string {
  return `Echo: ${messages.findLast(({ role }) => role === 'user')?.content ?? ''}`;
}

/** Starts a model on a loopback port; 0 takes a free one. */
export async function startModel(options: { port?: number } = {}): Promise<ModelStandin> {
  const requests: ModelRequest[] = [];
  const faults: ModelFault[] = [];
  const gates = createGates();
  const counts = { active: 0, aborted: 0, listed: 0 };
  const watch = createWatch(() => `${requests.length} questions, ${JSON.stringify(counts)}`);

  const listener = createListener({
    gates,
    models: () => standin.models,
    reply: (request) => standin.reply(request.messages, request),
    takeFault: () => faults.shift(),
    onQuestion(request) {
      requests.push(request);
      counts.active++;
      watch.changed();
    },
    onEnd(wasHungUp) {
      counts.active--;
      if (wasHungUp) counts.aborted++;
      watch.changed();
    },
    onList() {
      counts.listed++;
      watch.changed();
    },
  });
  const host = await startHost(listener, options.port);

  const standin: ModelStandin = {
    origin: host.origin,
    url: `${host.origin}/v1`,
    googleUrl: `${host.origin}/v1beta`,
    requests,
    get active() {
      return counts.active;
    },
    get aborted() {
      return counts.aborted;
    },
    get listed() {
      return counts.listed;
    },
    models: ['standin-model'],
    reply: echo,
    faultNext(fault, times = 1) {
      for (let i = 0; i < times; i++) faults.push(fault);
    },
    clearFaults: () => void (faults.length = 0),
    gate: (afterDeltas = 0) => gates.close(afterDeltas),
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    down: () => host.down(),
    up: () => host.up(),
    async stop() {
      gates.releaseAll();
      watch.end();
      await host.down();
    },
  };
  return standin;
}
