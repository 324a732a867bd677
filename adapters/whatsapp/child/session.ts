/** One life of browser and library: begun once, told of by events, and ended for good by the first thing that breaks. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listen } from './events.ts';
import { Client, LocalAuth, pageOf } from './library.ts';
import { refreshQr, readMe } from './page.ts';
import type { Both, FromChild, Settings } from './protocol.ts';

/** What the rest of the child sees of the life. */
export interface Session {
  /** Once it is ready; else `undefined`. */
  readonly ready: { client: Client; me: Both; since: number } | undefined;
  /** The page's state, such as CONNECTED; asked of the page, so one that hangs does not answer. */
  state(): Promise<string>;
  /** Closes the browser: what it knows is then on disk. */
  close(): Promise<void>;
  /** Ends the browser at once. */
  kill(): void;
}

/** What Chromium leaves behind when it is killed, and then takes for a browser that still has the profile. */
const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

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
 * Opens the browser and tells what comes of it. `end` is called once, when it is over: by WhatsApp, or by what broke.
 *
 * A browser that has just been linked is closed and opened once more before it is called ready: only closing puts the
 * session on disk (channels.md, 6: killed within seconds of pairing, it is lost).
 */
export async function openSession(
  settings: Settings,
  tell: (event: FromChild) => void,
  end: (reason: string) => void,
): Promise<Session> {
  let client = createClient(settings);
  let ready: Session['ready'];
  let isLinking = false;
  let isReopening = false;

  const enter = async () => {
    const me = await pageOf(client).evaluate(readMe);
    ready = { client, me, since: Math.floor(Date.now() / 1000) };
    tell({ kind: 'ready', me });
  };
  const reopen = async () => {
    isReopening = true;
    await client.destroy();
    client = createClient(settings);
    isReopening = false;
    isLinking = false;
    await open();
  };
  const open = async () => {
    const own = client;
    const isCurrent = () => own === client && !isReopening;
    own.on('qr', (qr) => {
      isLinking = true;
      tell({ kind: 'qr', qr });
    });
    own.on('code', (code) => {
      isLinking = true;
      tell({ kind: 'code', code });
    });
    own.on('ready', () => void (isLinking ? reopen() : enter()).catch((error: unknown) => end(String(error))));
    own.on('change_state', (state) => isCurrent() && tell({ kind: 'state', state }));
    own.on('disconnected', (reason) => isCurrent() && end(reason));
    listen(own, () => ready?.me ?? {}, tell);
    // Who can read the profile can speak as its owner.
    await mkdir(settings.sessionDir, { recursive: true, mode: 0o700 });
    await Promise.all(LOCKS.map((name) => rm(join(settings.sessionDir, 'session', name), { force: true })));
    const opening = own.initialize();
    const watching = watchBrowser(own, (reason) => isCurrent() && end(reason));
    await opening.finally(() => clearInterval(watching));
  };

  await open();
  return {
    get ready() {
      return ready;
    },
    async state() {
      const state = (await client.getState()) as string | null;
      if (state === 'UNPAIRED_IDLE') await pageOf(client).evaluate(refreshQr);
      return state ?? 'UNLAUNCHED';
    },
    close: () => client.destroy(),
    kill: () => void client.pupBrowser?.process()?.kill('SIGKILL'),
  };
}

const LOOK_MS = 50;

/** The library tells neither of a killed browser nor of a crashed page, so both are asked for as soon as they are there. */
function watchBrowser(client: Client, end: (reason: string) => void): NodeJS.Timeout {
  const look = setInterval(() => {
    const { pupBrowser, pupPage } = client;
    if (!pupBrowser || !pupPage) return;
    clearInterval(look);
    pupBrowser.on('disconnected', () => end('the browser ended'));
    pupPage.on('error', () => end('the page crashed'));
    pupPage.on('close', () => end('the page was closed'));
  }, LOOK_MS);
  return look;
}
