/** One life of the child: begun, watched, and ended. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ChannelReport } from '#src/channel.ts';
import { LAST_SENDS_MS } from '#src/conversation.ts';
import type { Logger } from '#src/log.ts';
import { browserArgs } from './browser.ts';
import { type Both, RELOADING, type Settings } from './child/protocol.ts';
import { type Child, startChild } from './child.ts';
import type { WhatsappConfig } from './config.ts';
import { createPairing } from './pairing.ts';
import { createStuckWatch } from './stuck.ts';

/** The connection as this process holds it; the way out uses it. */
export interface Held {
  /** Whether `listen` runs here: else another process may hold the browser. */
  isHere: boolean;
  child?: Child;
  /** The account's own ids; kept over the child's deaths. */
  me?: Both;
  isReady: boolean;
  /** Sends that have begun and not ended. */
  underWay: Set<Promise<unknown>>;
}

export interface LifeDeps {
  config: WhatsappConfig;
  held: Held;
  report: (report: ChannelReport) => void;
  /** Takes an event of the page. */
  take: (event: unknown) => void;
  /** A phone has just been linked: it is there. */
  linked: () => void;
  /** What the admin should know although it works. */
  warning: () => string | undefined;
  log: Logger;
}

/**
 * How often the page is asked for a word, and how long it may be without: what hangs is noticed within 25 s. A single
 * failure says nothing; the page may just be loading anew.
 */
const PING_EVERY_MS = 5_000;
const SILENCE_MS = 20_000;
/** Whoever stops us waits no longer than ten seconds. */
const CLOSE_MS = 9_200;

const LOST = 'The browser has lost WhatsApp: check the network. It connects again by itself.';
const ANEW = "WhatsApp's page was loaded anew, by its own update for example. It gets ready again by itself.";

function settingsOf({ sessionDir, browserPath, browserArgs: wished, webVersion, ...rest }: WhatsappConfig): Settings {
  const { webVersionCacheUrl, phoneNumber, access } = rest;
  return {
    sessionDir,
    browserPath,
    browserArgs: browserArgs(wished),
    ...(webVersion !== undefined && { webVersion }),
    ...(webVersionCacheUrl !== undefined && { webVersionCacheUrl }),
    ...(phoneNumber !== undefined && { phoneNumber }),
    looksUp: access.to !== 'self',
  };
}

/** Asks the page for its state again and again, and ends a child that does not answer. `onBeat` gets it. */
function watchPulse(child: Child, onBeat: (state: string) => void, log: Logger): () => void {
  const stop = new AbortController();
  const beat = async () => {
    for (let heardAt = Date.now(); ;) {
      await wait(PING_EVERY_MS, undefined, { signal: stop.signal, ref: false });
      try {
        const inTime = AbortSignal.any([stop.signal, AbortSignal.timeout(SILENCE_MS)]);
        const { state } = await child.call('ping', {}, inTime);
        heardAt = Date.now();
        onBeat(state);
      } catch (error) {
        if (Date.now() - heardAt > SILENCE_MS) throw error;
      }
    }
  };
  beat().catch((error: Error) => {
    if (stop.signal.aborted) return;
    log.warn({ error: error.message }, 'whatsapp: the page does not answer; it is begun again');
    child.kill('the page did not answer');
  });
  return () => stop.abort();
}

/** Closes the browser once the sends under way have ended, so that the session is whole. */
async function closeDown(child: Child, underWay: Held['underWay']): Promise<void> {
  const until = Date.now() + CLOSE_MS;
  await Promise.race([Promise.allSettled(underWay), wait(LAST_SENDS_MS, undefined, { ref: false })]);
  const left = AbortSignal.timeout(until - Date.now());
  await child.call('stop', {}, left).catch(() => child.kill('it did not end'));
}

/** Lives until the child ends, or `signal` is aborted. Gives the reason, and whether it was ever ready. */
export async function live(deps: LifeDeps, signal: AbortSignal): Promise<{ reason: string; wasReady: boolean }> {
  const { config, held, report, take, linked, warning, log } = deps;
  const pairing = createPairing(report);
  let isLinking = false;
  let wasReady = false;

  let warned: string | undefined;
  const showReady = () => {
    warned = warning();
    report({ state: 'ready', ...(warned !== undefined && { action: warned }) });
  };
  const enter = () => {
    // Twice in one life: the page was loaded anew, and what happened meanwhile is fetched.
    if (held.isReady) report({ state: 'reconnecting' });
    held.isReady = true;
    wasReady = true;
    showReady();
  };
  const child = startChild(config.childEnv, (said) => {
    if (said.kind === 'event') take(said.event);
    // No phone is linked any more, if ever one was.
    if (said.kind === 'qr' || said.kind === 'code') {
      held.isReady = false;
      isLinking = true;
    }
    if (said.kind === 'qr') pairing.showQr(said.qr);
    if (said.kind === 'code') pairing.showCode(said.code);
    if (said.kind === 'ready') {
      held.me = said.me;
      if (isLinking) linked();
      isLinking = false;
      enter();
    }
    if (said.kind !== 'state' || !wasReady) return;
    if (said.state === 'CONNECTED' && !held.isReady) enter();
    if (said.state !== 'CONNECTED' && held.isReady) {
      held.isReady = false;
      report({ state: 'reconnecting', action: said.state === RELOADING ? ANEW : LOST });
    }
  });
  held.child = child;
  const isStuck = createStuckWatch();
  const onBeat = (state: string) => {
    const why = isStuck(state, held.isReady);
    if (why !== undefined) child.kill(why);
    if (held.isReady && warning() !== warned) showReady();
  };
  const stopPulse = watchPulse(child, onBeat, log);
  const closing = new Promise<void>((resolve) => {
    const close = () => {
      held.isReady = false;
      resolve(closeDown(child, held.underWay));
    };
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  });
  // A failure ends the child, which says why.
  child.call('start', settingsOf(config), signal).catch(() => undefined);
  const reason = await child.ended.finally(() => {
    stopPulse();
    held.isReady = false;
    delete held.child;
  });
  if (signal.aborted) await closing;
  return { reason, wasReady };
}
