/** What the page knows: people, chats, messages; and what becomes of them by what the servers say. */
import type { SendResult, WireAccount, WireChat, WireMessage, WirePerson } from '../wire.ts';
import type { Link } from './link.ts';
import { Collection, Model } from './model.ts';
import { MsgKey, toWid, type Wid } from './wid.ts';

export interface World {
  Msg: Collection;
  Chat: Collection;
  Contact: Collection;
  me(): WirePerson | undefined;
  /** The other id of the same human. */
  lidOf: (phone: Wid) => Wid | undefined;
  phoneOf: (lid: Wid) => Wid | undefined;
  learn(account: WireAccount): void;
  learnPerson(person: WirePerson): void;
  receive(message: WireMessage, chat: WireChat, isNewMsg: boolean): Model;
  change(id: string, changes: Record<string, unknown>): void;
  revoke(original: string, id: string, author?: string): void;
  findChat(id: Wid): Promise<Model | undefined>;
  earlier(chat: Model): Promise<Model[]>;
  /** Adds the message at once, and says it to the servers: two promises, as WhatsApp has it. */
  say(chat: Model, fields: Record<string, unknown>): [Promise<Model>, Promise<unknown>];
}

export function createWorld(link: Link): World {
  const [Msg, Chat, Contact] = [new Collection(), new Collection(), new Collection()];
  let people: WirePerson[] = [];
  let own: WirePerson | undefined;

  const addChat = ({ id, title, t, participants }: WireChat): Model => {
    const known = Chat.get(id);
    known?.set({ t });
    if (known) return known;
    const wid = toWid(id);
    const chat = new Model({ id: wid, formattedTitle: title, t, unreadCount: 0, mute: { expiration: 0 } });
    if (participants) {
      const metadata = { participants: participants.map((one) => ({ id: toWid(one) })), announce: false };
      Object.assign(chat, { groupMetadata: { ...metadata, serialize: () => metadata } });
    }
    Object.assign(chat, { msgs: new Collection() });
    return Chat.add(chat);
  };

  const toModel = (message: WireMessage, isNewMsg: boolean): Model => {
    const remote = toWid(message.chat);
    const participant = message.author === undefined ? undefined : toWid(message.author);
    const ownId = toWid(remote.isLid() ? own?.lid : own?.phone);
    const keyOf = (tail: string) => new MsgKey({ fromMe: message.fromMe, remote, id: tail, participant });
    const id = keyOf(message.id);
    const { name, body, type, t, ack, original, more } = message;
    const sides = message.fromMe ? { from: ownId, to: remote, self: 'out' } : { from: remote, to: ownId, self: 'in' };
    const author = participant && !message.fromMe ? { author: participant } : {};
    const was = original === undefined ? {} : { protocolMessageKey: keyOf(original) };
    return newMessage({ id, ...sides, ...author, ...was, notifyName: name, body, type, t, ack, isNewMsg, ...more });
  };

  const newMessage = (fields: Record<string, unknown>): Model => {
    const model: Model = new Model(fields);
    return Object.assign(model, {
      unsafe: () => model,
      msgContextInfo: () => ({
        quotedMsg: { type: fields['type'], body: fields['body'] },
        quotedStanzaID: (fields['id'] as MsgKey).id,
        quotedParticipant: fields['author'] ?? fields['from'],
      }),
    });
  };

  const keep = (chat: Model, message: Model): Model => {
    const kept = Msg.add(message);
    (chat as unknown as { msgs: Collection }).msgs.add(kept);
    return kept;
  };

  const world: World = {
    Msg,
    Chat,
    Contact,
    me: () => own,
    lidOf: ({ _serialized }) => widOf(people.find(({ phone }) => phone === _serialized)?.lid),
    phoneOf: ({ _serialized }) => widOf(people.find(({ lid }) => lid === _serialized)?.phone),
    learn({ me, people: known, chats, messages }) {
      own = me;
      people = [];
      for (const person of [me, ...known]) world.learnPerson(person);
      for (const chat of chats) addChat(chat);
      for (const message of messages) {
        const chat = Chat.get(message.chat);
        if (chat) keep(chat, toModel(message, false));
      }
    },
    learnPerson(person) {
      people.push(person);
      for (const id of [person.phone, person.lid]) {
        if (id !== undefined) Contact.add(new Model({ id: toWid(id), pushname: person.name }));
      }
    },
    receive: (message, chat, isNewMsg) => keep(addChat(chat), toModel(message, isNewMsg)),
    change(id, changes) {
      for (const message of Msg.getModelsArray()) {
        if ((message.fields['id'] as MsgKey).id === id) message.set(changes);
      }
    },
    revoke(original, id, author) {
      for (const message of Msg.getModelsArray()) {
        const key = message.fields['id'] as MsgKey;
        const by = author === undefined ? {} : { author: toWid(author) };
        const changes = { protocolMessageKey: key, type: 'revoked', body: '', ...by };
        const { fromMe, remote, participant } = key;
        if (key.id === original) message.set({ id: new MsgKey({ fromMe, remote, participant, id }), ...changes });
      }
    },
    async findChat(id) {
      const known = Chat.get(id);
      if (known || id.isGroup()) return known;
      const exists = await link.call('exists', id._serialized);
      return exists !== null ? addChat({ id: id._serialized, title: id.user, t: Date.now() / 1000 }) : undefined;
    },
    async earlier(chat) {
      const { msgs } = chat as unknown as { msgs: Collection };
      const known = msgs.getModelsArray().map(({ fields }) => (fields['id'] as MsgKey).id);
      const found = (await link.call('earlier', String(chat.fields['id']), known)) as WireMessage[];
      return found.map((message) => keep(chat, toModel(message, false)));
    },
    say(chat, fields) {
      const message = keep(chat, newMessage(fields));
      const { remote, id, participant } = fields['id'] as MsgKey;
      const { quotedStanzaID, body, type, t } = fields;
      const record = { id, chat: remote._serialized, author: participant?._serialized, body, type, t, quotedStanzaID };
      const sent = link.call('send', record).then((answer) => {
        const result = answer as SendResult;
        message.set({ ack: 'ack' in result ? result.ack : -1 });
        return { messageSendResult: 'ack' in result ? 'OK' : result.error };
      });
      return [Promise.resolve(message), sent];
    },
  };
  return world;
}

function widOf(written: string | undefined): Wid | undefined {
  return written === undefined ? undefined : toWid(written);
}
