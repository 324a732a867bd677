/**
 * What the bridge and its child say to each other over Node's own channel. Both sides check what they hear: a child
 * that speaks otherwise is broken, and is begun again.
 */
import { z } from 'zod';

const id = z.string().min(1);

/** One human, a group, or the account itself: WhatsApp has two ids for people, a phone number and a LID. */
export const both = z.object({ phone: id.optional(), lid: id.optional(), name: z.string().optional() });
export type Both = z.infer<typeof both>;

/** How the child starts browser and library. */
export const settings = z.object({
  sessionDir: z.string(),
  browserPath: z.string(),
  browserArgs: z.array(z.string()),
  webVersion: z.string().optional(),
  webVersionCacheUrl: z.string().optional(),
  /** Link by a code for this number instead of a QR. */
  phoneNumber: z.string().optional(),
  /** Whether WhatsApp may be asked who people are; else nobody but the account itself matters. */
  looksUp: z.boolean(),
});
export type Settings = z.infer<typeof settings>;

/** Our word for the state of a page that was ready and was loaded anew: until it is ready again nothing of it is heard. */
export const RELOADING = 'RELOADING';

const nothing = z.object({});
/** `phone`: whose chat it is, where it is shown under a LID and the number is known. */
const listedChat = z.object({ id, phone: id.optional(), isGroup: z.boolean(), title: z.string() });
export type ListedChat = z.infer<typeof listedChat>;

/** Every call: what it takes, and what it gives. */
export const calls = {
  /** Opens the browser. What comes of it is told by events. */
  start: { takes: settings, gives: nothing },
  /** Asks the page for its state, so a page that hangs does not answer. */
  ping: { takes: nothing, gives: z.object({ state: z.string() }) },
  /** Says a text under an id of ours; resolves when WhatsApp's servers have it. */
  send: {
    takes: z.object({ chat: id, text: z.string(), id, quotes: id.optional() }),
    gives: z.object({ ack: z.int() }),
  },
  /** Looks a message of ours up. `isProof`: if it is not there, it was never sent. */
  find: {
    takes: z.object({ chat: id, id, since: z.number() }),
    gives: z.object({ ack: z.int().nullable(), isProof: z.boolean() }),
  },
  /** Asks WhatsApp how it has a number; `null`: it is not there. */
  number: { takes: z.object({ id }), gives: z.object({ found: id.nullable() }) },
  /** The chats in which something was said since (seconds), the latest first. `only`: of these and no others. */
  chats: { takes: z.object({ since: z.number(), only: z.array(id).optional() }), gives: z.array(listedChat) },
  /**
   * What was said in a chat since, oldest first, as events. `unclear`: what somebody said whose ids the page does not
   * tell. `isComplete`: there is nothing older that belongs to it.
   */
  history: {
    takes: z.object({ chat: id, since: z.number(), limit: z.int() }),
    gives: z.object({ events: z.array(z.unknown()), unclear: z.array(z.unknown()), isComplete: z.boolean() }),
  },
  typing: { takes: z.object({ chat: id }), gives: nothing },
  /** Closes the browser, so that all of the session is on disk, and ends. */
  stop: { takes: nothing, gives: nothing },
};
export type Calls = typeof calls;
export type CallName = keyof Calls;
export type Takes<Name extends CallName> = z.input<Calls[Name]['takes']>;
export type Gives<Name extends CallName> = z.output<Calls[Name]['gives']>;

/** Why a call was not carried out. All but `broke` are certain: nothing was said. */
export const failureCode = z.enum(['not_ready', 'not_on_whatsapp', 'refused', 'broke']);
export type FailureCode = z.infer<typeof failureCode>;

const callNames = Object.keys(calls) as [CallName, ...CallName[]];

/** From the bridge to its child. */
export const toChild = z.object({ call: z.int(), name: z.enum(callNames), takes: z.unknown() });
export type ToChild = z.infer<typeof toChild>;

/** From the child to its bridge: answers, and what happens by itself. */
export const fromChild = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), call: z.int(), gives: z.unknown() }),
  z.object({ kind: z.literal('failure'), call: z.int(), code: failureCode, message: z.string() }),
  z.object({ kind: z.literal('qr'), qr: z.string() }),
  z.object({ kind: z.literal('code'), code: z.string() }),
  /** Linked, in step with the phone, and the session on disk. */
  z.object({ kind: z.literal('ready'), me: both }),
  /** The connection of the page to WhatsApp: CONNECTED, TIMEOUT, …, or RELOADING. Told of a page that was ready. */
  z.object({ kind: z.literal('state'), state: z.string() }),
  /** Something that `normalize/` reads. */
  z.object({ kind: z.literal('event'), event: z.unknown() }),
  /** The child is about to end. `reason`: the state in which WhatsApp left us, LOGOUT, or what broke. */
  z.object({ kind: z.literal('ended'), reason: z.string() }),
]);
export type FromChild = z.infer<typeof fromChild>;
