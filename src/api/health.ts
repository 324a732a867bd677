/** `/livez`: the process turns. `/readyz`: it can take messages in and store them. */
import { Router } from 'express';
import type { ApiDeps } from './deps.ts';

/** Makes both routes. */
export function createHealth({ unready, reports }: ApiDeps): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const problems = await unready();
    // Those that this process holds; another one may hold the rest.
    const states = [...reports].map(([name, { state }]) => [name, state]);
    response
      .status(problems.length > 0 ? 503 : 200)
      .json({ status: problems.length > 0 ? 'unready' : 'ready', problems, channels: Object.fromEntries(states) });
  });
  return router;
}
