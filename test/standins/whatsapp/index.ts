/**
 * A server that behaves towards one phone's linked browsers as WhatsApp does, as far as whatsapp-web.js can tell: the
 * page with the modules that it asks for, in a real Chromium, and a phone to drive it.
 *
 * Written from the library's source, not from WhatsApp's: it proves our adapter against the library, and nothing about
 * WhatsApp's own page, timing or limits.
 */
import { randomBytes } from 'node:crypto';
import { createWatch } from '../watch.ts';
import { type Line, startPages } from './pages.ts';
import { createTalk } from './people.ts';
import type { SendFault, SentMessage, WhatsappStandin } from './standin.ts';
import type { FromPage, SendResult, ToPage, WireMessage } from './wire.ts';
import { createWorld } from './world.ts';

export type { WhatsappStandin } from './standin.ts';
export type { Person } from './world.ts';

const EARLIER = 20;
const CODE = 'ABCD1234';

/** Starts WhatsApp for one phone on a free loopback port. */
export async function startWhatsapp(): Promise<WhatsappStandin> {
  const world = createWorld();
  const sent: SentMessage[] = [];
  const [typing, unknownModules, lookedUp]: [string[], string[], string[]] = [[], [], []];
  const faults: { fault: SendFault; met: () => void }[] = [];
  let begun = 0;
  let [ref, code]: [string, string | undefined] = [newRef(), undefined];
  const watch = createWatch(() => JSON.stringify({ sent, unknownModules, pages: pages.lines.size }));

  const isLinked = ({ token }: Line) => token !== undefined && world.tokens.has(token);
  const tell = (frame: ToPage) => {
    for (const line of pages.lines) if (isLinked(line)) line.send(frame);
    watch.changed();
  };
  const link = (line: Line, token: string) => {
    line.token = token;
    line.send({ kind: 'paired', token, account: world.account(standin.known), isEarly: standin.isEarly });
  };
  const pair = () => {
    const token = randomBytes(8).toString('hex');
    world.tokens.add(token);
    for (const line of pages.lines) if (!isLinked(line)) link(line, token);
  };

  const heard = (line: Line, frame: FromPage) => {
    if (frame.kind === 'unknownModule') unknownModules.push(frame.name);
    if (frame.kind === 'begun') begun += 1;
    if (frame.kind === 'hello') {
      if (frame.token !== undefined && world.tokens.has(frame.token)) link(line, frame.token);
      else line.send({ kind: 'unpaired', ref });
    }
    if (frame.kind === 'call') {
      const value = answer(frame);
      if (value !== undefined) line.send({ kind: 'result', call: frame.call, value });
    }
    watch.changed();
  };

  /** `undefined`: no answer ever comes. */
  const answer = ({ method, args }: Extract<FromPage, { kind: 'call' }>): unknown => {
    if (method === 'send') return take(args[0] as WireMessage & { quotedStanzaID?: string });
    if (method === 'exists') lookedUp.push(String(args[0]));
    if (method === 'exists' && standin.unclear.has(String(args[0]))) return 'unclear';
    if (method === 'exists') {
      const id = String(args[0]);
      return standin.strangers.has(id) ? null : (standin.spellings.get(id) ?? id);
    }
    if (method === 'code') return (code = CODE);
    if (method === 'typing') return typing.push(`${String(args[0])} ${String(args[1])}`);
    if (method === 'earlier') {
      const [chat, known] = args as [string, string[]];
      return world.messages.filter((one) => one.chat === chat && !known.includes(one.id)).slice(-EARLIER);
    }
    ref = newRef();
    for (const line of pages.lines) if (!isLinked(line)) line.send({ kind: 'ref', ref });
    return true;
  };

  /** The same message any number of times is one. */
  const take = (message: WireMessage & { quotedStanzaID?: string }): SendResult | undefined => {
    const { fault, met } = faults.shift() ?? {};
    // When what it does has been done.
    if (met) setImmediate(met);
    if (fault === 'lost') return undefined;
    if (fault === 'refused') return { error: 'ERROR_UNKNOWN' };
    const { id, chat, body, quotedStanzaID: quotedId } = message;
    if (!sent.some((one) => one.id === id)) {
      sent.push({ id, chat, body, ...(quotedId !== undefined && { quotedId }) });
      const copy: WireMessage = { ...message, fromMe: true, name: world.owner.name, ack: 1 };
      world.chatOf(chat).t = message.t;
      world.messages.push(copy);
    }
    return fault === 'silent' ? undefined : { ack: 1 };
  };

  const pages = await startPages(heard, () => watch.changed());
  const { say, sayOwn, edit, revoke } = createTalk(world, tell);
  const standin: WhatsappStandin = {
    owner: world.owner,
    browserArgs: pages.browserArgs,
    sent,
    typing,
    unknownModules,
    lookedUp,
    known: 10,
    isEarly: false,
    strangers: new Set(),
    spellings: new Map(),
    unclear: new Set(),
    get ref() {
      return ref;
    },
    get code() {
      return code;
    },
    get tokens() {
      return [...world.tokens];
    },
    get begun() {
      return begun;
    },
    get pages() {
      return pages.lines.size;
    },
    phone: {
      scan(qr) {
        if (!qr.startsWith(`${ref},`)) throw new Error('This QR is not the one that is valid now.');
        pair();
      },
      enter(typed) {
        if (typed !== code) throw new Error('This code is not the one that is valid now.');
        pair();
      },
      say: sayOwn,
      unlink() {
        tell({ kind: 'logout' });
        world.tokens.clear();
      },
    },
    addPerson(name, { isHidden } = { isHidden: false }) {
      const person = world.addPerson(name);
      if (!isHidden) tell({ kind: 'person', person });
      return person;
    },
    reveal: (person) => tell({ kind: 'person', person }),
    addGroup: (title, participants) => world.addGroup(title, participants),
    say,
    saidBy: ({ phone, lid }) =>
      world.messages.filter(({ chat, fromMe }) => !fromMe && (chat === phone || chat === lid)),
    edit,
    revoke,
    react: (from, { id }, text) => tell({ kind: 'reaction', id, text, from: from.phone, t: Date.now() / 1000 }),
    ack(id, ack) {
      for (const message of world.messages) if (message.id === id) message.ack = ack;
      tell({ kind: 'change', id, changes: { ack } });
    },
    idle() {
      ref = newRef();
      for (const line of pages.lines) line.send({ kind: 'state', state: 'UNPAIRED_IDLE' });
    },
    state: (state) => tell({ kind: 'state', state }),
    faultNext(fault) {
      const { promise, resolve: met } = Promise.withResolvers<void>();
      faults.push({ fault, met });
      return promise;
    },
    reload({ isBroken = false, isForgotten = false, isStuck = false } = {}) {
      tell({ kind: 'reload', isBroken, isStuck });
      if (isForgotten) world.tokens.clear();
    },
    hang: () => tell({ kind: 'hang' }),
    loadFrame() {
      for (const line of pages.lines) line.send({ kind: 'frame' });
    },
    slow: (delayMs) => void (pages.delayMs = delayMs),
    cut: pages.cut,
    down: pages.down,
    up: pages.up,
    waitFor: (predicate, deadlineMs) => watch.waitFor(standin, predicate, deadlineMs),
    async stop() {
      watch.end();
      await pages.close();
    },
  };
  return standin;
}

/** As WhatsApp's: `2@` and a secret. */
function newRef(): string {
  return `2@${randomBytes(24).toString('base64')}`;
}
