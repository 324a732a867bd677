/** `/livez`: the process turns. `/readyz`: it can take messages in and store them. */
import { z } from 'zod';
import type { ApiDeps } from './deps.ts';
import { type Route, route } from './route.ts';

const readiness = z.object({
  status: z.enum(['ready', 'unready']),
  problems: z.array(z.string()),
  channels: z.record(z.string(), z.string()),
});

/** Makes both routes. */
export function createHealth({ unready, reports }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/livez',
      access: 'open',
      tag: 'Health',
      summary: 'Whether the process runs',
      answers: { 200: { description: 'It does.', schema: z.object({ status: z.literal('ok') }) } },
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      access: 'open',
      tag: 'Health',
      summary: 'Whether messages can be stored now',
      answers: {
        200: { description: 'They can.', schema: readiness },
        503: { description: 'They cannot; `problems` says why.', schema: readiness },
      },
      async handle() {
        const problems = await unready();
        // Those that this process holds; another one may hold the rest.
        const states = [...reports].map(([name, { state }]) => [name, state]);
        const status = problems.length > 0 ? 503 : 200;
        const body = { status: status === 200 ? 'ready' : 'unready', problems, channels: Object.fromEntries(states) };
        return { status, body };
      },
    }),
  ];
}
