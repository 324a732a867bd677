/** `/v1/channels`: the state of each app, and what links an account to us. */
import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { Channel, ChannelStatus } from '../channel.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { ApiDeps } from './deps.ts';
import { CONFLICT, type Route, route } from './route.ts';

const state = z.enum(['off', 'starting', 'pairing', 'ready', 'reconnecting', 'paused', 'failed']);
const time = z.iso.datetime({ precision: 3 });

const channelShape = z
  .object({
    name: z.string(),
    account: z.string(),
    state,
    since: time.nullable(),
    action: z.string().optional(),
    capabilities: z.object({
      redelivers: z.string(),
      deduplicates: z.enum(['nothing', 'key']),
      readsBack: z.boolean(),
      states: z.array(z.string()),
    }),
    counters: z.object({ queued: z.int(), unknown: z.int(), failed: z.int() }),
  })
  .meta({ id: 'Channel' });

const pairingShape = z
  .object({ state, qr: z.string(), svg: z.string(), code: z.string().optional(), expiresAt: time })
  .meta({ id: 'Pairing' });

const TAG = 'Channels';

/** Makes the routes; all for admins. What another process holds shows there as it is, and here as `off`. */
export function createChannels({ store, channels, reports }: ApiDeps): Route[] {
  const countersOf = async (channel: string) => {
    const count = (state: 'queued' | 'unknown' | 'failed') => store.deliveries.countDocuments({ state, channel });
    const [queued, unknown, failed] = await Promise.all([count('queued'), count('unknown'), count('failed')]);
    return { queued, unknown, failed };
  };
  return [
    route({
      method: 'get',
      path: '/v1/channels',
      access: 'admin',
      tag: TAG,
      summary: 'List the apps, their state, and what you have to do',
      answers: { 200: { description: 'All that are configured.', schema: z.object({ data: z.array(channelShape) }) } },
      async handle() {
        const shown = [...channels.values()].map(async (channel) =>
          presentChannel(channel, reports.get(channel.name), await countersOf(channel.name)),
        );
        return { status: 200, body: { data: await Promise.all(shown) } };
      },
    }),

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
        const name = params['name'] ?? '';
        const report = channels.has(name) ? reports.get(name) : undefined;
        if (!report || report.state === 'off') throw new NotFoundError(`Channel ${name}`);
        return { status: 200, body: presentPairing(name, report) };
      },
    }),
  ];
}

function presentChannel(
  { name, account, abilities }: Channel,
  report: ChannelStatus | undefined,
  counters: z.infer<typeof channelShape>['counters'],
) {
  const { state = 'off', since, action } = report ?? {};
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
function presentPairing(name: string, { state, pairing }: ChannelStatus) {
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
