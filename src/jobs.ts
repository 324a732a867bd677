/** `npm run jobs`: the admin's jobs from the terminal, straight from the store. */
import { parseArgs } from 'node:util';
import { presentDeliveryJob, presentTurn } from './api/present.ts';
import { findJob, findJobs, type Job, JOB_STATES } from './jobs/list.ts';
import { type JobDeps, replayJob, resolveDelivery } from './jobs/replay.ts';
import { NotFoundError } from './errors.ts';
import { createBells } from './queue/bells.ts';
import { createStore } from './store/store.ts';
import { createTerminalLog, formatTable, openServices, readTerminalConfig, runCommand } from './terminal.ts';

const USAGE = `npm run jobs -- list [--state failed,unknown] [--kind reply|deliver] [--app NAME] [--error CODE] [--limit 50]
npm run jobs -- show ID
npm run jobs -- replay ID [--force]      try it again; --force: an unknown delivery too, which may say it twice
npm run jobs -- resolve ID sent|not_sent say what became of an unknown delivery`;

const OPTIONS = {
  state: { type: 'string' },
  kind: { type: 'string' },
  app: { type: 'string' },
  error: { type: 'string' },
  limit: { type: 'string', default: '50' },
  force: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

await runCommand(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [act, id, outcome] = positionals;
  if (!isUsable(act, id, outcome, values)) return refuse();
  const config = readTerminalConfig();
  const log = createTerminalLog();
  const services = await openServices(config, log);
  const store = await createStore({ uri: services.mongodbUri, log });
  const bells = createBells({ prefix: `{pantheon:${store.database}}`, redisUrl: services.redisUrl, log });
  try {
    if (act === 'list') console.log(await list({ store, bells }, values));
    else await change({ store, bells }, act, id ?? '', outcome, values.force);
    return 0;
  } finally {
    await bells.close();
    await store.close();
    await services.stop();
  }
});

function isUsable(
  act: string | undefined,
  id: string | undefined,
  outcome: string | undefined,
  { state, kind }: Values,
): boolean {
  if (act === 'list') {
    const areStates = (state?.split(',') ?? []).every((one) => JOB_STATES.includes(one));
    return areStates && (kind === undefined || kind === 'reply' || kind === 'deliver');
  }
  if (id === undefined) return false;
  return act === 'show' || act === 'replay' || (act === 'resolve' && (outcome === 'sent' || outcome === 'not_sent'));
}

function refuse(): number {
  process.stderr.write(`${USAGE}\n\nStates: ${JOB_STATES.join(', ')}\n`);
  return 1;
}

async function list({ store }: JobDeps, { state, kind, app, error, limit }: Values): Promise<string> {
  const filter = {
    ...(state ? { states: state.split(',') } : {}),
    ...(kind ? { kind: kind as 'reply' | 'deliver' } : {}),
    ...(app ? { app } : {}),
    ...(error ? { errorCode: error } : {}),
  };
  const jobs = await findJobs(store, filter, { filter: {}, sort: -1 }, Number(limit));
  if (jobs.length === 0) return 'No jobs.';
  return formatTable([['ID', 'KIND', 'STATE', 'APP', 'CREATED', 'ERROR', 'TEXT'], ...jobs.map(row)]);
}

function row(job: Job): string[] {
  const { id, kind, state, app, createdAt, error, text } = present(job);
  return [id, kind, state, app, createdAt, error?.code ?? '', text];
}

function present(job: Job) {
  return job.kind === 'reply' ? presentTurn(job.turn, job.text) : presentDeliveryJob(job.delivery);
}

/** Shows the job as it is, after what was asked has been done to it. */
async function change(
  deps: JobDeps,
  act: string | undefined,
  id: string,
  outcome: string | undefined,
  force: boolean,
): Promise<void> {
  if (act === 'replay') await replayJob(deps, id, { force });
  if (act === 'resolve') await resolveDelivery(deps, id, outcome === 'sent' ? 'sent' : 'not_sent');
  const job = await findJob(deps.store, id);
  if (job === undefined) throw new NotFoundError(`Job ${id}`);
  console.log(JSON.stringify(present(job), null, 2));
}
