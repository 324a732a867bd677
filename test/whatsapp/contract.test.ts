import { after } from 'node:test';
import { channelContract, type Opened, type Trouble } from '#test/channel-contract.ts';
import { keepLog } from '#test/keep-log.ts';
import { eventOf } from './events.ts';
import { chatWith, endAll, type Linked, makeReady, noBrowser, openWhatsapp, processesOf } from './linked.ts';

const OPEN = { WHATSAPP_ACCESS: 'open' };
const AGAIN_MS = 60_000;

const log = keepLog();
const cleanups: (() => unknown)[] = [];
let shared: Promise<Linked> | undefined;
/** How often the shared one will have become ready once what a test did to it is over. */
let readyTimes = 1;
after(async () => {
  for (const clean of cleanups) await clean();
});

/** One browser for all that only say something: each test has a person of its own. */
async function openShared(): Promise<Linked> {
  const linked = await openWhatsapp({ after: (clean) => void cleanups.push(clean as () => unknown) }, OPEN, log);
  await makeReady(linked);
  return linked;
}

async function endBrowser({ dataDir }: Linked): Promise<void> {
  endAll((await processesOf(dataDir)).browser);
}

/** What WhatsApp can do to a send; it answers with no statuses. */
async function fail(linked: Linked, trouble: Trouble): Promise<boolean> {
  const { whatsapp } = linked;
  if (trouble === 'away') {
    whatsapp.down();
    await linked.waitFor(({ reports }) => reports.at(-1)?.state === 'reconnecting');
  } else if (trouble === 'silence' || trouble === 'acceptThenSilence') {
    void whatsapp.faultNext(trouble === 'silence' ? 'lost' : 'silent');
  } else if (trouble === 'cut' || trouble === 'acceptThenCut') {
    readyTimes = linked.reports.filter(({ state }) => state === 'ready').length + 1;
    void whatsapp.faultNext(trouble === 'cut' ? 'lost' : 'silent').then(() => endBrowser(linked));
  } else if (typeof trouble === 'object' && trouble.status === 400) {
    void whatsapp.faultNext('refused');
  } else return false;
  return true;
}

function toOpened(linked: Linked): Opened {
  const { whatsapp, channel } = linked;
  const paula = whatsapp.addPerson('Paula');
  return {
    channel,
    chat: chatWith(paula),
    arrived: () => whatsapp.sent.flatMap(({ chat, body }) => (chat === paula.phone ? [body] : [])),
    log: log.lines,
    secrets: [whatsapp.ref, ...whatsapp.tokens],
    fail: (trouble) => fail(linked, trouble),
    talk: {
      // That a message is shown under both ids of somebody is how WhatsApp tells it twice.
      say: (text) => void whatsapp.say(paula, text, { as: 'both' }),
      again: () => undefined,
    },
  };
}

channelContract('WhatsApp', {
  skip: noBrowser,
  limit: { most: 65_536, sizeOf: ({ length }) => length },
  patienceMs: 3_000,
  // The page proves it for what was sent since it runs.
  provesAbsenceForMs: 0,
  events: [
    eventOf({}),
    eventOf({ remote: '12036300000000001@g.us', body: 'to nobody', author: '491700000002@c.us' }),
    eventOf({ fromMe: true, body: 'by hand' }),
    { ...eventOf({ latestEditSenderTimestampMs: 1_790_000_001_000 }), event: 'edit' },
    { ...eventOf({}), event: 'revoke', at: 1_790_000_001_000 },
    { ...eventOf({ fromMe: true }), event: 'ack', ack: 3, at: 1_790_000_001_000 },
    { ...eventOf({}), event: 'undecryptable' },
    { ...eventOf({ type: 'something_new', body: '' }) },
    { event: 'something_new' },
    { nothing: true },
  ],
  async open(t, { isIdle } = { isIdle: false }) {
    if (isIdle) {
      const own = await openWhatsapp(t, OPEN, log);
      const stop = await makeReady(own);
      await stop();
      return toOpened(own);
    }
    const linked = await (shared ??= openShared());
    linked.whatsapp.up();
    await linked.ready(readyTimes, AGAIN_MS);
    await linked.waitFor(({ reports }) => reports.at(-1)?.state === 'ready', AGAIN_MS);
    return toOpened(linked);
  },
});
