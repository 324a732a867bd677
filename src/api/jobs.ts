/** `/v1/jobs` and `/v1/unread`: what an admin sees of every message on its way, and what they do about it. */
import { Router } from 'express';
import { z } from 'zod';
import { NotFoundError } from '../errors.ts';
import { findJob, findJobs, type Job, JOB_STATES, type JobFilter } from '../jobs/list.ts';
import { replayJob, resolveDelivery } from '../jobs/replay.ts';
import { replayUnread } from '../jobs/unread.ts';
import { callerOf, requireAdmin } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentDeliveryJob, presentTurn, presentUnread } from './present.ts';
import { parse, readJson, sendPage } from './read.ts';

const states = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(JOB_STATES as [string, ...string[]])));

const listQuery = pageQuery.extend({
  state: states.optional(),
  kind: z.enum(['reply', 'deliver', 'webhook']).optional(),
  app: z.string().optional(),
  error: z.string().optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  olderThan: z.coerce.number().min(0).optional(),
});

const replayBody = z.strictObject({ force: z.boolean().default(false) });
const resolveBody = z.strictObject({ outcome: z.enum(['sent', 'not_sent']) });

/** Makes the routes; all for admins. */
export function createJobs(deps: ApiDeps): Router {
  const { store, config } = deps;
  const router = Router();

  router.use(['/v1/jobs', '/v1/unread'], async (request, _response, next) => {
    requireAdmin(await callerOf(request, store, config.OPEN_API));
    next();
  });

  router.get('/v1/jobs', async (request, response) => {
    const query = parse(listQuery, request.query);
    const span = spanOf(query, 'createdAt', 'desc', (at) => new Date(at));
    const found = query.kind === 'webhook' ? [] : await findJobs(store, toFilter(query), span, query.limit + 1);
    const page = pageOf(query, found, ({ createdAt, id }) => ({ at: createdAt.getTime(), id }));
    sendPage(request, response, { ...page, data: page.data.map(presentJob) });
  });

  const show = async (id: string) => {
    const job = await findJob(store, id);
    if (job === undefined) throw new NotFoundError(`Job ${id}`);
    return presentJob(job);
  };

  router.get('/v1/jobs/:id', async (request, response) => {
    response.json(await show(request.params.id));
  });

  router.post('/v1/jobs/:id/replay', async (request, response) => {
    const { force } = parse(replayBody, readJson(request));
    await replayJob(deps, request.params.id, { force });
    response.status(202).json(await show(request.params.id));
  });

  router.post('/v1/jobs/:id/resolve', async (request, response) => {
    const { outcome } = parse(resolveBody, readJson(request));
    await resolveDelivery(deps, request.params.id, outcome);
    response.json(await show(request.params.id));
  });

  router.get('/v1/unread', async (request, response) => {
    const query = parse(pageQuery, request.query);
    const { filter, sort } = spanOf(query, 'createdAt', 'desc', (at) => new Date(at));
    const found = await store.unread
      .find(filter)
      .sort({ createdAt: sort, _id: sort })
      .limit(query.limit + 1)
      .lean();
    const page = pageOf(query, found, ({ createdAt, _id }) => ({ at: createdAt.getTime(), id: _id }));
    sendPage(request, response, { ...page, data: page.data.map(presentUnread) });
  });

  router.post('/v1/unread/:id/replay', async (request, response) => {
    await replayUnread(deps, request.params.id);
    const unread = await store.unread.findById(request.params.id).lean();
    response.status(202).json(unread && presentUnread(unread));
  });

  return router;
}

function presentJob(job: Job) {
  return job.kind === 'reply' ? presentTurn(job.turn, job.text) : presentDeliveryJob(job.delivery);
}

function toFilter(query: z.infer<typeof listQuery>): JobFilter {
  const { state, kind, app, error, since, until, olderThan } = query;
  return {
    ...(state ? { states: state } : {}),
    ...(kind === 'reply' || kind === 'deliver' ? { kind } : {}),
    ...(app ? { app } : {}),
    ...(error ? { errorCode: error } : {}),
    ...(since ? { since: new Date(since) } : {}),
    ...(until ? { until: new Date(until) } : {}),
    ...(olderThan === undefined ? {} : { olderThanSeconds: olderThan }),
  };
}
