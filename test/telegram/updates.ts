/** Raw updates as Telegram sends them, and how we read them. */
import { readUpdate } from '#adapters/telegram/normalize/read.ts';
import type { Inbound } from '#src/message.ts';
import { readTwice } from '#test/read-twice.ts';

export type Fields = Record<string, unknown>;

const self = { id: '7770', username: 'Pantheon_bot' };
export const us = { id: 7770, is_bot: true, first_name: 'Pantheon', username: 'Pantheon_bot' };
export const anna = {
  id: 5,
  is_bot: false,
  first_name: 'Anna',
  last_name: 'Müller',
  username: 'anna',
  language_code: 'de',
};
export const ben = { id: 6, is_bot: false, first_name: 'Ben' };
export const direct = { id: 5, type: 'private', first_name: 'Anna' };
export const team = { id: -100200, type: 'supergroup', title: 'Team' };
export const DATE = 1_790_000_000;
export const AT = new Date(DATE * 1000);

/** A message of Anna's to us alone. */
export const message = (fields: Fields): Fields => ({
  message_id: 10,
  from: anna,
  chat: direct,
  date: DATE,
  ...fields,
});
/** A message of Anna's in a group. */
export const inTeam = (fields: Fields): Fields => message({ chat: team, ...fields });

/** Reads any raw thing, twice and a day apart: reading is pure, so it must give the same. */
export const readRaw = (raw: unknown): Inbound[] => readTwice(raw, (one) => readUpdate(one, self));

/** Reads an update of that content. */
export const read = (content: Fields): Inbound[] => readRaw({ update_id: 99, ...content });
/** Reads a direct message of that content. */
export const said = (fields: Fields): Inbound[] => read({ message: message(fields) });

/** A text in which something is marked, where Telegram would mark it. */
export function marked(type: string, text: string, mark: string, more: Fields = {}): Fields {
  return { text, entities: [{ type, offset: text.indexOf(mark), length: mark.length, ...more }] };
}
