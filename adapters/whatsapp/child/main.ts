/**
 * The child: a process that holds the browser and the library, so that whatever becomes of them is none of the
 * bridge's troubles. It answers calls, tells what happens, and ends with its bridge.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { readChats, readHistory } from './history.ts';
import { pageOf } from './library.ts';
import { calls, type FromChild, toChild, type CallName, type Gives, type Takes, type ToChild } from './protocol.ts';
import { CallFailure, createSends, type Ready } from './send.ts';
import { createSession, type Session } from './session.ts';

/** A browser that does not close in this time is killed. */
const CLOSE_MS = 4_000;
/** A killed browser is gone in this time; longer nobody waits. */
const KILL_MS = 2_000;

let session: Session | undefined;
let isEnding = false;

function tell(said: FromChild): void {
  if (process.connected) process.send?.(said);
}

/** Says why, and ends: browser first, however stuck it is, so that the next one has the profile for itself. */
function end(reason: string): void {
  if (isEnding) return;
  isEnding = true;
  tell({ kind: 'ended', reason });
  const gone = Promise.race([session?.kill(), wait(KILL_MS)]);
  // Once what was said has gone out.
  void gone.finally(() => setImmediate(() => process.exit(1)));
}

async function close(): Promise<void> {
  isEnding = true;
  const deadline = setTimeout(() => void session?.kill(), CLOSE_MS);
  await session?.close();
  clearTimeout(deadline);
}

const sends = createSends(end);

function ready(): Ready {
  if (session?.ready) return session.ready;
  throw new CallFailure('not_ready', 'WhatsApp is not ready.');
}

const handlers: { [Name in CallName]: (takes: Takes<Name>) => Promise<Gives<Name>> } = {
  async start(settings) {
    session = createSession(settings, tell, end);
    await session.open();
    return {};
  },
  async ping() {
    return { state: (await session?.state()) ?? 'UNLAUNCHED' };
  },
  send: (said) => sends.send(ready(), said),
  find: (asked) => sends.find(ready(), asked),
  async number({ id }) {
    // Declared as the id of a person, and `null` of nobody.
    const found = (await ready().client.getNumberId(id)) as { _serialized: string } | null;
    return { found: found?._serialized ?? null };
  },
  chats: (asked) => readChats(ready(), asked),
  history: (asked) => readHistory(ready(), asked),
  async typing({ chat }) {
    await pageOf(ready().client).evaluate((id) => {
      const page = globalThis as unknown as { WWebJS: { sendChatstate(state: string, id: string): Promise<void> } };
      return page.WWebJS.sendChatstate('typing', id);
    }, chat);
    return {};
  },
  async stop() {
    await close();
    setImmediate(() => process.exit(0));
    return {};
  },
};

async function answer({ call, name, takes }: ToChild): Promise<void> {
  const handle: (takes: never) => Promise<unknown> = handlers[name];
  try {
    const gives = await handle(calls[name].takes.parse(takes) as never);
    tell({ kind: 'result', call, gives });
  } catch (error) {
    const code = error instanceof CallFailure ? error.code : 'broke';
    tell({ kind: 'failure', call, code, message: error instanceof Error ? error.message : String(error) });
    // It rejects with plain strings and leaves the browser running (channels.md, 6).
    if (name === 'start') end(`could not begin: ${String(error)}`);
  }
}

process.on('message', (said) => {
  const parsed = toChild.safeParse(said);
  if (parsed.success) void answer(parsed.data);
  else end('the bridge said something that no child understands');
});
// The bridge is gone, whatever became of it: so are we, and the browser.
process.on('disconnect', () => {
  void close()
    .catch(async () => session?.kill())
    .finally(() => process.exit(0));
});
// A terminal's Ctrl-C reaches us as well; the bridge says when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('unhandledRejection', (error) => end(`the library broke: ${String(error)}`));
process.on('uncaughtException', (error) => end(`the library broke: ${String(error)}`));
