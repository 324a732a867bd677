/** `/v1/channels`: the state of each app, what links an account to us, and pausing one. */
import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { pauseChannel, restartChannel, resumeChannel } from '../channels/change.ts';
import { readStanding, type Standing } from '../channels/standing.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { ApiDeps } from './deps.ts';
import { CONFLICT, type Route, route } from './route.ts';

const state = z
  .enum(['off', 'starting', 'pairing', 'ready', 'reconnecting', 'paused', 'failed'])
  .meta({ example: 'pairing' });
const time = z.iso.datetime({ precision: 3 });
const count = z.int().meta({ example: 0 });

const channelShape = z
  .object({
    name: z.string().meta({ example: 'my-app' }),
    account: z.string().meta({ description: 'Which account of ours there.', example: 'my-account' }),
    state,
    since: time.nullable(),
    action: z
      .string()
      .optional()
      .meta({ description: 'What you have to do, if anything.', example: 'Scan the QR with your phone.' }),
    capabilities: z.object({
      redelivers: z
        .string()
        .meta({ description: 'How long the app keeps what we did not confirm.', example: 'for 24 hours' }),
      deduplicates: z.enum(['nothing', 'key']).meta({ description: 'By what it knows a message that we send again.' }),
      readsBack: z.boolean().meta({ description: 'Whether it can be asked what arrived.' }),
      states: z.array(z.string().meta({ example: 'sent' })).meta({ description: 'What a delivery can get to.' }),
    }),
    counters: z
      .object({ queued: count, unknown: count, failed: count })
      .meta({ description: 'Deliveries that wait, and those that need you.' }),
  })
  .meta({ id: 'Channel' });

const pairingShape = z
  .object({
    state: z.literal('pairing'),
    qr: z.string().meta({ description: 'What the QR says; empty where there is only a code.', example: '2@nZ8…,q1k=' }),
    svg: z.string().meta({ description: 'The QR as a picture.', example: '<svg …>…</svg>' }),
    code: z.string().optional().meta({ description: 'To be typed on the phone in its place.', example: 'K7QF-2MWD' }),
    expiresAt: time,
  })
  .meta({ id: 'Pairing' });

const TAG = 'Channels';

type Change = (deps: ApiDeps, channel: Channel, signal: AbortSignal) => Promise<void>;

/** Makes the routes; all for admins. Whichever process is asked, it answers for the one that holds the connection. */
export function createChannels(deps: ApiDeps): Route[] {
  const { store, channels, reports } = deps;
  const find = (name = ''): Channel => {
    const channel = channels.get(name);
    if (channel === undefined) throw new NotFoundError(`Channel ${name}`);
    return channel;
  };
  const countersOf = async (channel: string) => {
    const countOf = (state: 'queued' | 'unknown' | 'failed') => store.deliveries.countDocuments({ state, channel });
    const [queued, unknown, failed] = await Promise.all([countOf('queued'), countOf('unknown'), countOf('failed')]);
    return { queued, unknown, failed };
  };
  const show = async (channel: Channel) => {
    const [standing, counters] = await Promise.all([readStanding(store, channel), countersOf(channel.name)]);
    return presentChannel(
      channel,
      { ...standing, since: standing.since ?? reports.get(channel.name)?.since },
      counters,
    );
  };
  const acting = (what: Pick<Route, 'path' | 'summary' | 'description'>, change: Change, more: Route['answers'] = {}) =>
    route({
      ...what,
      method: 'post',
      access: 'admin',
      tag: TAG,
      answers: {
        200: { description: 'The app as it is now.', schema: channelShape },
        404: { description: 'There is no such app.' },
        ...more,
      },
      async handle({ params, signal }) {
        const channel = find(params['name']);
        await change(deps, channel, signal);
        return { status: 200, body: await show(channel) };
      },
    });
  return [
    route({
      method: 'get',
      path: '/v1/channels',
      access: 'admin',
      tag: TAG,
      summary: 'List the apps, their state, and what you have to do',
      answers: { 200: { description: 'All that are configured.', schema: z.object({ data: z.array(channelShape) }) } },
      handle: async () => ({ status: 200, body: { data: await Promise.all([...channels.values()].map(show)) } }),
    }),

    acting(
      {
        path: '/v1/channels/{name}/pause',
        summary: 'Pause an app',
        description:
          'Its connection is let go, in all processes and over restarts. What people write meanwhile is kept by the platform, or fetched when you resume; what would be said waits as `queued`. Answered when no send is under way any more, after ten seconds at most.',
      },
      pauseChannel,
    ),
    acting(
      {
        path: '/v1/channels/{name}/resume',
        summary: 'Go on with a paused app',
        description: 'What was missed is fetched and answered; what waits is said.',
      },
      resumeChannel,
    ),
    acting(
      {
        path: '/v1/channels/{name}/restart',
        summary: "Begin an app's connection anew",
        description:
          'Answered when that has begun. Nothing is lost by it, and no send is repeated whose outcome is not known.',
      },
      restartChannel,
      CONFLICT,
    ),

    route({
      method: 'get',
      path: '/v1/channels/{name}/pairing',
      access: 'admin',
      tag: TAG,
      summary: 'Show the QR or the code by which a phone is linked',
      answers: {
        200: { description: 'What is good until `expiresAt`; then ask again.', schema: pairingShape },
        404: { description: 'There is no such app, or it is off.' },
        ...CONFLICT,
      },
      async handle({ params }) {
        const channel = find(params['name']);
        const standing = await readStanding(store, channel);
        if (standing.state === 'off') throw new NotFoundError(`Channel ${channel.name}`);
        return { status: 200, body: presentPairing(channel.name, standing) };
      },
    }),
  ];
}

function presentChannel(
  { name, account, abilities }: Channel,
  { state, since, action }: Pick<Standing, 'state' | 'action'> & { since: Date | undefined },
  counters: z.infer<typeof channelShape>['counters'],
) {
  return {
    name,
    account,
    state,
    since: since?.toISOString() ?? null,
    ...(action !== undefined && { action }),
    capabilities: abilities,
    counters,
  };
}

/** Throws `ConflictError` when there is nothing to link by now. */
function presentPairing(name: string, { state, pairing }: Standing) {
  if (state !== 'pairing' || !pairing) {
    throw new ConflictError('not_pairing', `${name} is ${state}: only one that is pairing can be linked.`);
  }
  const { qr, code, expiresAt } = pairing;
  return {
    state,
    qr,
    // By a code alone there is nothing to scan.
    svg: qr === '' ? '' : renderSVG(qr),
    ...(code !== undefined && { code }),
    expiresAt: expiresAt.toISOString(),
  };
}
