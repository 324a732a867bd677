/** What people say, as WhatsApp's servers carry it: kept, and told to every linked page. */
import type { SayOptions } from './standin.ts';
import type { ToPage, WireMessage } from './wire.ts';
import { type Group, newPhoneId, type Person, type World } from './world.ts';

export interface Talk {
  say: (from: Person, text: string, options?: SayOptions) => WireMessage;
  /** The owner's own word, from the phone. */
  sayOwn: (to: Person | Group, text: string, options?: SayOptions) => WireMessage;
  edit: (message: WireMessage, text: string) => void;
  revoke: (message: WireMessage, by?: Person) => void;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** What quoting and mentioning adds to a message. */
function moreOf({ mentions, quotes, more }: SayOptions): Record<string, unknown> {
  return {
    ...(mentions && { mentionedJidList: mentions.map(({ phone }) => phone) }),
    ...(quotes && {
      quotedMsg: { type: quotes.type, body: quotes.body },
      quotedStanzaID: quotes.id,
      quotedParticipant: quotes.author ?? quotes.chat,
    }),
    ...more,
  };
}

export function createTalk(world: World, tell: (frame: ToPage) => void): Talk {
  const post = (message: WireMessage, title: string): WireMessage => {
    const chat = world.chatOf(message.chat, title);
    chat.t = Math.max(chat.t, message.t);
    world.messages.push(message);
    tell({ kind: 'message', message, chat });
    return message;
  };
  const write = (chat: string, name: string, text: string, options: SayOptions): WireMessage => ({
    id: newPhoneId(),
    chat,
    fromMe: false,
    name,
    type: options.type ?? 'chat',
    body: text,
    t: options.t ?? now(),
    ack: 1,
    more: moreOf(options),
  });
  const change = (message: WireMessage, changes: Record<string, unknown>) => {
    const { body, ...more } = changes;
    for (const copy of world.messages.filter(({ id }) => id === message.id)) {
      if (typeof body === 'string') copy.body = body;
      copy.more = { ...copy.more, ...more };
    }
    tell({ kind: 'change', id: message.id, changes });
  };
  return {
    say(from, text, options = {}) {
      const { in: group, as = 'phone' } = options;
      if (group) {
        const author = as === 'lid' ? from.lid : from.phone;
        return post({ ...write(group.id, from.name, text, options), author }, group.title);
      }
      const first = as === 'lid' ? from.lid : from.phone;
      const message = post(write(first, from.name, text, options), from.name);
      if (as === 'both') post({ ...message, chat: from.lid }, from.name);
      return message;
    },
    sayOwn(to, text, options = {}) {
      const [chat, title] = 'id' in to ? [to.id, to.title] : [options.as === 'lid' ? to.lid : to.phone, to.name];
      const own = 'id' in to ? { author: world.owner.phone } : {};
      return post({ ...write(chat, world.owner.name, text, options), fromMe: true, ...own }, title);
    },
    edit: (message, body) => change(message, { body, latestEditSenderTimestampMs: Date.now() }),
    // https://github.com/wwebjs/whatsapp-web.js/pull/201694: the page gives such a message another id.
    revoke({ id: original }, by) {
      const id = newPhoneId();
      const author = by && { author: by.phone };
      for (const copy of world.messages.filter((one) => one.id === original)) {
        Object.assign(copy, { id, original, type: 'revoked', body: '', ...author });
      }
      tell({ kind: 'revoke', original, id, ...author });
    },
  };
}
