/** The page's connection: pairing, what is kept of it in this browser, and the states that the library watches. */
import type { ToPage } from '../wire.ts';
import { Emitter } from './emitter.ts';
import type { Link } from './link.ts';
import { Model } from './model.ts';
import type { World } from './world.ts';

const TOKEN = 'standin-session';
const LOOK_MS = 10;
const BROKEN = 'standin-broken';
const STUCK = 'standin-stuck';

interface Browser {
  localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void; clear(): void };
  sessionStorage: Browser['localStorage'];
  location: { href: string; reload(): void };
  document: { body: { append(element: object): void }; createElement(name: string): object };
}

const browser = globalThis as unknown as Browser;

export interface Session {
  Socket: Model;
  Conn: Model;
  Cmd: Emitter & { refreshQR(): void };
}

/** Whether this page was ordered to be one in which the library finds nothing. */
export function isBroken(): boolean {
  return browser.sessionStorage.getItem(BROKEN) !== null;
}

/** The state is OPENING until the servers have said whether this browser is paired. */
export function createSession(link: Link, world: World): Session {
  const Socket = new Model({ state: 'OPENING', hasSynced: false });
  const on = Socket.on.bind(Socket);
  Socket.on = (names, listener) => {
    on(names, listener);
    if (names === 'change:hasSynced') link.send({ kind: 'begun' });
  };
  const Conn = new Model({ ref: '', pushname: '', platform: 'android' });
  const Cmd = Object.assign(new Emitter(), { refreshQR: () => void link.call('ref') });
  let isLearnt = false;

  link.on('open', () => {
    const token = browser.localStorage.getItem(TOKEN);
    link.send(token === null ? { kind: 'hello' } : { kind: 'hello', token });
  });
  link.on('close', () => {
    if (isLearnt) Socket.set({ state: 'TIMEOUT' });
  });
  link.on('frame', (given) => {
    const frame = given as ToPage;
    if (frame.kind === 'unpaired' || frame.kind === 'ref') {
      Conn.set({ ref: frame.ref });
      Socket.set({ state: 'UNPAIRED' });
    }
    if (frame.kind === 'paired') enter(frame);
    if (frame.kind === 'state') Socket.set({ state: frame.state });
    if (frame.kind === 'reload') reload(frame);
    if (frame.kind === 'logout') leave();
    if (frame.kind === 'frame') loadFrame();
    if (frame.kind === 'hang') for (;;); // The page's only thread is busy for ever.
  });

  function enter({ token, account, isEarly }: Extract<ToPage, { kind: 'paired' }>): void {
    browser.localStorage.setItem(TOKEN, token);
    if (Socket.fields['state'] === 'UNPAIRED') Socket.set({ state: 'PAIRING' });
    world.learn(account);
    isLearnt = true;
    Conn.set({ pushname: account.me.name });
    Socket.set({ state: 'CONNECTED' });
    if (browser.sessionStorage.getItem(STUCK) !== null) return;
    if (isEarly) Socket.set({ hasSynced: true });
    else whenHeard(Socket, 'change:hasSynced', () => Socket.set({ hasSynced: true }));
  }

  function reload({ isBroken, isStuck }: Extract<ToPage, { kind: 'reload' }>): void {
    if (isBroken) browser.sessionStorage.setItem(BROKEN, 'yes');
    if (isStuck) browser.sessionStorage.setItem(STUCK, 'yes');
    browser.location.reload();
  }

  function loadFrame(): void {
    const { body } = browser.document;
    body.append(Object.assign(browser.document.createElement('iframe'), { src: '/wid.ts' }));
  }

  function leave(): void {
    Cmd.trigger('logout');
    browser.localStorage.clear();
    browser.location.href = '/?post_logout=1';
  }

  return { Socket, Conn, Cmd };
}

/** The library hears only what happens after it listens, so the page waits for it, as WhatsApp's slow start does. */
function whenHeard(emitter: Emitter, name: string, act: () => void): void {
  if (emitter.hears(name)) act();
  else setTimeout(() => whenHeard(emitter, name, act), LOOK_MS);
}
