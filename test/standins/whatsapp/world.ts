/** What WhatsApp's servers know: who there is, what was said, and which browsers are linked to the phone. */
import { randomBytes } from 'node:crypto';
import type { WireAccount, WireChat, WireMessage, WirePerson } from './wire.ts';

/** Somebody with WhatsApp. `phone` ends in `@c.us`, `lid` in `@lid`. */
export type Person = Required<WirePerson>;

export interface Group {
  id: string;
  title: string;
  participants: Person[];
}

export interface World {
  owner: Person;
  people: Person[];
  chats: Map<string, WireChat>;
  messages: WireMessage[];
  /** What the browsers that the phone linked prove themselves by. */
  tokens: Set<string>;
  addPerson(name: string): Person;
  addGroup(title: string, participants: Person[]): Group;
  chatOf(id: string, title?: string): WireChat;
  account(known: number): WireAccount;
}

const MADE_FROM = 1_700_000_000;

/** A phone's message id: 32 hexadecimal digits. */
export function newPhoneId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

/** A world in which only the owner of the phone is. */
export function createWorld(): World {
  let count = 0;
  const makePerson = (name: string): Person => {
    count += 1;
    return { phone: `49170${1_000_000 + count}@c.us`, lid: `${100_000_000_000 + count}@lid`, name };
  };
  const world: World = {
    owner: makePerson('Olga Owner'),
    people: [],
    chats: new Map(),
    messages: [],
    tokens: new Set(),
    addPerson(name) {
      const person = makePerson(name);
      world.people.push(person);
      return person;
    },
    addGroup(title, participants) {
      count += 1;
      const id = `12036300000000${count}@g.us`;
      const all = [world.owner, ...participants];
      world.chats.set(id, { id, title, t: MADE_FROM, participants: all.map(({ phone }) => phone) });
      return { id, title, participants };
    },
    chatOf(id, title = '') {
      const known = world.chats.get(id) ?? { id, title, t: MADE_FROM };
      world.chats.set(id, known);
      return known;
    },
    account(known) {
      const { owner: me, people, chats, messages } = world;
      const newest = [...chats.keys()].flatMap((id) =>
        known === 0 ? [] : messages.filter(({ chat }) => chat === id).slice(-known),
      );
      return { me, people, chats: [...chats.values()], messages: newest };
    },
  };
  return world;
}
