/** `/v1/jobs` and `/v1/unread`: what an admin sees of every message on its way, and what they do about it. */
import { z } from 'zod';
import { NotFoundError } from '../errors.ts';
import { findJob, findJobs, type Job, JOB_STATES, type JobFilter } from '../jobs/list.ts';
import { replayJob, resolveDelivery } from '../jobs/replay.ts';
import { replayUnread } from '../jobs/unread.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentDeliveryJob, presentTurn, presentUnread } from './present.ts';
import { pageReply } from './read.ts';
import { CONFLICT, type Route, route } from './route.ts';
import { jobShape, pageShape, unreadShape } from './shapes.ts';

const states = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(JOB_STATES as [string, ...string[]])));

/** The most that can be asked for; far beyond it there are no dates. */
const CENTURY_SECONDS = 3_155_760_000;

const listQuery = pageQuery.extend({
  state: states.optional().meta({ description: 'One or several, with commas between: `failed,unknown`.' }),
  kind: z.enum(['reply', 'deliver', 'webhook']).optional(),
  app: z.string().optional(),
  error: z.string().optional().meta({ description: 'The `code` of the error.' }),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Made at this time or after.' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Made at this time or before.' }),
  olderThan: z.coerce
    .number()
    .min(0)
    .max(CENTURY_SECONDS)
    .optional()
    .meta({ description: 'Nobody has worked on it for so many seconds.' }),
});

const replayBody = z.strictObject({ force: z.boolean().default(false) });
const resolveBody = z.strictObject({ outcome: z.enum(['sent', 'not_sent']) });

const TAG = 'Jobs';
const page = (schema: z.ZodType) => ({ 200: { description: 'A page of them.', schema: pageShape(schema) } });

/** Makes the routes; all for admins. */
export function createJobs(deps: ApiDeps): Route[] {
  const { store } = deps;
  const show = async (id = '') => {
    const job = await findJob(store, id);
    if (job === undefined) throw new NotFoundError(`Job ${id}`);
    return presentJob(job);
  };
  return [
    route({
      method: 'get',
      path: '/v1/jobs',
      access: 'admin',
      tag: TAG,
      summary: 'List answers and deliveries on their way, the latest first',
      query: listQuery,
      answers: page(jobShape),
      async handle({ query, request }) {
        const span = spanOf(query, 'createdAt', 'desc', (at) => new Date(at));
        const found = query.kind === 'webhook' ? [] : await findJobs(store, toFilter(query), span, query.limit + 1);
        const jobs = pageOf(query, found, ({ createdAt, id }) => ({ at: createdAt.getTime(), id }));
        return pageReply(request, { ...jobs, data: jobs.data.map(presentJob) });
      },
    }),

    route({
      method: 'get',
      path: '/v1/jobs/{id}',
      access: 'admin',
      tag: TAG,
      summary: 'Read a job with every attempt',
      answers: { 200: { description: 'The job.', schema: jobShape } },
      handle: async ({ params }) => ({ status: 200, body: await show(params['id']) }),
    }),

    route({
      method: 'post',
      path: '/v1/jobs/{id}/replay',
      access: 'admin',
      tag: TAG,
      summary: 'Try a failed job again',
      body: replayBody,
      example: {},
      answers: { 202: { description: 'The job as it is now.', schema: jobShape }, ...CONFLICT },
      async handle({ params, body }) {
        await replayJob(deps, params['id'] ?? '', body);
        return { status: 202, body: await show(params['id']) };
      },
    }),

    route({
      method: 'post',
      path: '/v1/jobs/{id}/resolve',
      access: 'admin',
      tag: TAG,
      summary: 'Say what became of an unknown send',
      body: resolveBody,
      example: { outcome: 'sent' },
      answers: { 200: { description: 'The job as it is now.', schema: jobShape }, ...CONFLICT },
      async handle({ params, body }) {
        await resolveDelivery(deps, params['id'] ?? '', body.outcome);
        return { status: 200, body: await show(params['id']) };
      },
    }),

    route({
      method: 'get',
      path: '/v1/unread',
      access: 'admin',
      tag: TAG,
      summary: 'List incoming events that could not be read',
      query: pageQuery,
      answers: page(unreadShape),
      async handle({ query, request }) {
        const { filter, sort } = spanOf(query, 'createdAt', 'desc', (at) => new Date(at));
        const found = await store.unread
          .find(filter)
          .sort({ createdAt: sort, _id: sort })
          .limit(query.limit + 1)
          .lean();
        const events = pageOf(query, found, ({ createdAt, _id }) => ({ at: createdAt.getTime(), id: _id }));
        return pageReply(request, { ...events, data: events.data.map(presentUnread) });
      },
    }),

    route({
      method: 'post',
      path: '/v1/unread/{id}/replay',
      access: 'admin',
      tag: TAG,
      summary: 'Read an event again, after a fix',
      answers: {
        202: { description: 'The event as it is now.', schema: unreadShape },
        422: { description: 'It still cannot be read.' },
        ...CONFLICT,
      },
      async handle({ params }) {
        const id = params['id'] ?? '';
        await replayUnread(deps, id);
        const unread = await store.unread.findById(id).lean();
        return { status: 202, body: unread && presentUnread(unread) };
      },
    }),
  ];
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
