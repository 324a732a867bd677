/**
 * What we do inside WhatsApp's page beyond what the library offers. Each function is sent there as text, so none uses
 * anything around it.
 */
import type { Both } from './protocol.ts';

interface Wid {
  _serialized: string;
  user: string;
  isGroup(): boolean;
}

interface PageMessage {
  id: { id: string; fromMe: boolean; _serialized: string };
  ack: number;
}

interface PageChat {
  id: Wid;
  t: number;
  formattedTitle?: string;
  msgs: { getModelsArray(): PageMessage[] };
}

interface Listed {
  id: string;
  phone?: string | undefined;
  isGroup: boolean;
  title: string;
}

interface PageContact {
  name?: string;
  pushname?: string;
}

interface Modules {
  WAWebCollections: {
    Chat: { get(id: unknown): PageChat | undefined; getModelsArray(): PageChat[] };
    Contact: { get(id: unknown): PageContact | undefined };
    Msg: { getMessagesById(ids: string[]): Promise<{ messages?: PageMessage[] } | undefined> };
  };
  WAWebApiContact: { getPhoneNumber: (lid: Wid) => Wid | undefined };
  WAWebWidFactory: { createWid: (id: string) => Wid };
  WAWebUserPrefsMeUser: { getMaybeMePnUser(): Wid | undefined; getMaybeMeLidUser(): Wid | undefined };
  WAWebMsgKey: { newId(): Promise<string>; ours?: { next: string | undefined } };
  WAWebCmd: { Cmd: { refreshQR(): void } };
  WAWebSocketModel: { Socket: { hasSynced?: boolean } };
}

declare const window: { require<Name extends keyof Modules>(name: Name): Modules[Name] };

/** Asks for a new QR: the library's own way of doing so fails (`window` does not exist in Node). */
export function refreshQr(): void {
  window.require('WAWebCmd').Cmd.refreshQR();
}

/** Whether the library is in the page; one that was loaded anew does not have it until it is in step with the phone. */
export function isHeard(): boolean {
  return 'WWebJS' in globalThis;
}

/** Whether the library has begun with the page and does not know yet that it is in step. */
export function isSyncedUnheard(): boolean {
  if (!('AuthStore' in globalThis) || 'WWebJS' in globalThis) return false;
  return window.require('WAWebSocketModel').Socket.hasSynced === true;
}

/** Calls what the library has laid in the page for that moment. */
export function tellSynced(): void {
  (globalThis as unknown as { onAppStateHasSyncedEvent(): void }).onAppStateHasSyncedEvent();
}

/** The account's own two ids. */
export function readMe(): Both {
  const me = window.require('WAWebUserPrefsMeUser');
  const [phone, lid] = [me.getMaybeMePnUser()?._serialized, me.getMaybeMeLidUser()?._serialized];
  return { ...(phone !== undefined && { phone }), ...(lid !== undefined && { lid }) };
}

/**
 * The page makes the id of a message before it sends it. The next one it makes is ours: it follows from the part's
 * key, so it is known before the send, and the same at each try. https://github.com/mautrix/whatsapp does likewise.
 */
export function useId(id: string): void {
  const keys = window.require('WAWebMsgKey');
  if (keys.ours === undefined) {
    const ours: { next: string | undefined } = { next: undefined };
    const make = keys.newId.bind(keys);
    keys.ours = ours;
    keys.newId = async () => {
      const next = ours.next;
      ours.next = undefined;
      return next ?? make();
    };
  }
  keys.ours.next = id;
}

/** Whether the page has taken the id that was laid ready. Lays none ready any more. */
export function isIdUsed(): boolean {
  const { ours } = window.require('WAWebMsgKey');
  const isUsed = ours?.next === undefined;
  if (ours) ours.next = undefined;
  return isUsed;
}

/** The page's own id of a message in a chat, by its tail; and how far it has come. */
export async function findMessage(
  chatIds: string[],
  tail: string,
  own: string[],
): Promise<{ id: string; ack: number } | null> {
  const { Chat, Msg } = window.require('WAWebCollections');
  const { createWid } = window.require('WAWebWidFactory');
  for (const chatId of chatIds) {
    const here = Chat.get(createWid(chatId))
      ?.msgs.getModelsArray()
      .find(({ id }) => id.id === tail);
    if (here) return { id: here.id._serialized, ack: here.ack };
  }
  const ids = chatIds.flatMap((chatId) => {
    const authors = chatId.endsWith('@g.us') ? own.map((author) => `_${author}`) : [''];
    return authors.map((author) => `true_${chatId}_${tail}${author}`);
  });
  const [found] = (await Msg.getMessagesById(ids))?.messages ?? [];
  return found ? { id: found.id._serialized, ack: found.ack } : null;
}

/** The chats that moved since (seconds), the latest first. Nobody is asked for the number behind a LID. */
export function listChats(since: number): Listed[] {
  const { getPhoneNumber } = window.require('WAWebApiContact');
  return window
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .filter(({ t }) => t >= since)
    .toSorted((a, b) => b.t - a.t)
    .map(({ id, formattedTitle }) => ({
      id: id._serialized,
      phone: id._serialized.endsWith('@lid') ? getPhoneNumber(id)?._serialized : undefined,
      isGroup: id.isGroup(),
      title: formattedTitle ?? '',
    }));
}

/** The title of a chat, and the names of people, as far as the page knows them. */
export function readNames(chatId: string, people: string[]): { title: string; names: string[] } {
  const { Chat, Contact } = window.require('WAWebCollections');
  const { createWid } = window.require('WAWebWidFactory');
  const names = people.map((id) => {
    const contact = Contact.get(createWid(id));
    return contact?.name ?? contact?.pushname ?? '';
  });
  return { title: Chat.get(createWid(chatId))?.formattedTitle ?? '', names };
}
