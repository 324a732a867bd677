/** One life of browser and library: begun once, told of by events, and ended for good by the first thing that breaks. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listen } from './events.ts';
import { Client, LocalAuth, pageOf } from './library.ts';
import { isHeard, readMe, refreshQr } from './page.ts';
import { freeProfile } from './profile.ts';
import { type FromChild, RELOADING, type Settings } from './protocol.ts';
import type { Ready } from './send.ts';
import { createSyncedWatch } from './synced.ts';

/** What the rest of the child sees of the life. */
export interface Session {
  /** Opens the browser. Rejects when that fails; what comes of it else is told by events. */
  open(): Promise<void>;
  /** Once it is ready; else `undefined`. */
  readonly ready: Ready | undefined;
  /** The page's state, such as CONNECTED, or RELOADING; asked of the page, so one that hangs does not answer. */
  state(): Promise<string>;
  /** Closes the browser: what it knows is then on disk. */
  close(): Promise<void>;
  /** Ends the browser at once; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A browser starts and a page loads in this time, also on a small machine; then the page has to answer. */
const OPEN_MS = 100_000;

function createClient(settings: Settings): Client {
  const { sessionDir, browserPath, browserArgs, webVersion, webVersionCacheUrl: url } = settings;
  return new Client({
    authStrategy: new LocalAuth({ dataPath: sessionDir }),
    webVersionCache: url === undefined ? { type: 'none' } : { type: 'remote', remotePath: url, strict: true },
    ...(webVersion !== undefined && { webVersion }),
    puppeteer: {
      executablePath: browserPath,
      args: browserArgs,
      // A browser on a pipe ends when we do, however we end (channels.md, 6).
      pipe: true,
      // Whoever started us says when to end.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    },
    ...(settings.phoneNumber !== undefined && { pairWithPhoneNumber: { phoneNumber: settings.phoneNumber } }),
  });
}

/**
 * Makes the life, and tells what comes of it. `end` is called once, when it is over: by WhatsApp, or by what broke.
 *
 * A browser that has just been linked is closed and opened once more before it is called ready: only closing puts the
 * session on disk (channels.md, 6: killed within seconds of pairing, it is lost).
 */
export function createSession(
  settings: Settings,
  tell: (event: FromChild) => void,
  end: (reason: string) => void,
): Session {
  let client = createClient(settings);
  let hearSynced = createSyncedWatch(client);
  let openingSince: number | undefined = Date.now();
  let ready: Session['ready'];
  let isLinking = false;
  let isReopening = false;
  let isReloading = false;

  const enter = async () => {
    const me = await pageOf(client).evaluate(readMe);
    ready = { client, me, looksUp: settings.looksUp, since: Date.now() / 1000 };
    isReloading = false;
    tell({ kind: 'ready', me });
  };
  /** The library does not tell that the page was loaded anew, by WhatsApp's own update for example. */
  const look = async () => {
    if (!ready || (await pageOf(client).evaluate(isHeard))) return;
    ready = undefined;
    isReloading = true;
    tell({ kind: 'state', state: RELOADING });
  };
  /** Whether the page waits for WhatsApp's servers; one that is just being loaded cannot say. */
  const isCutOff = async () => {
    const state: string | undefined = await client.getState().catch(() => undefined);
    return state === 'TIMEOUT';
  };
  const reopen = async () => {
    isReopening = true;
    openingSince = Date.now();
    await client.destroy();
    client = createClient(settings);
    hearSynced = createSyncedWatch(client);
    isReopening = false;
    isLinking = false;
    await open();
  };
  const open = async () => {
    openingSince = Date.now();
    const own = client;
    const isCurrent = () => own === client && !isReopening;
    const beginLinking = () => {
      isLinking = true;
      isReloading = false;
      ready = undefined;
    };
    // The library begins anew in the page with each frame that loads there, and then tells of the same things again.
    let shown: string | undefined;
    own.on('qr', (qr) => {
      if (isLinking && qr === shown) return;
      shown = qr;
      beginLinking();
      tell({ kind: 'qr', qr });
    });
    own.on('code', (code) => {
      beginLinking();
      tell({ kind: 'code', code });
    });
    own.on('ready', () => {
      if (isCurrent()) void (isLinking ? reopen() : enter()).catch((error: unknown) => end(String(error)));
    });
    own.on('change_state', (state) => isCurrent() && ready && tell({ kind: 'state', state }));
    own.on('disconnected', (reason) => isCurrent() && end(reason));
    listen(own, () => ready?.me, settings.looksUp, tell);
    // Who can read the profile can speak as its owner.
    await mkdir(settings.sessionDir, { recursive: true, mode: 0o700 });
    await freeProfile(join(settings.sessionDir, 'session'));
    const opening = own.initialize();
    // A page that is not yet there to be asked is asked at the next ping.
    const onLoad = () => void look().catch(() => undefined);
    const watching = watchBrowser(own, onLoad, (reason) => isCurrent() && end(reason));
    await opening.finally(() => clearInterval(watching));
    openingSince = undefined;
  };

  return {
    open,
    get ready() {
      return ready;
    },
    async state() {
      // There is no page yet to be asked, or it is just being loaded.
      if (openingSince !== undefined && Date.now() - openingSince < OPEN_MS) return 'OPENING';
      await look();
      if (!ready) await hearSynced();
      if (isReloading) return (await isCutOff()) ? 'TIMEOUT' : RELOADING;
      const state = (await client.getState()) as string | null;
      if (state === 'UNPAIRED_IDLE') await pageOf(client).evaluate(refreshQr);
      return state ?? 'UNLAUNCHED';
    },
    close: () => client.destroy(),
    async kill() {
      const browser = client.pupBrowser?.process();
      if (!browser || browser.exitCode !== null || browser.signalCode !== null) return;
      const gone = once(browser, 'exit');
      browser.kill('SIGKILL');
      await gone;
    },
  };
}

const LOOK_MS = 50;

/** The library tells neither of a killed browser nor of a crashed page, so both are asked for as soon as they are there. */
function watchBrowser(client: Client, onLoad: () => void, end: (reason: string) => void): NodeJS.Timeout {
  const look = setInterval(() => {
    const { pupBrowser, pupPage } = client;
    if (!pupBrowser || !pupPage) return;
    clearInterval(look);
    pupBrowser.on('disconnected', () => end('the browser ended'));
    pupPage.on('framenavigated', onLoad);
    pupPage.on('error', () => end('the page crashed'));
    pupPage.on('close', () => end('the page was closed'));
  }, LOOK_MS);
  return look;
}
