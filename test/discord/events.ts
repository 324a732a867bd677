/** Raw events as Discord sends them, and how we read them. */
import { readEvent } from '#adapters/discord/normalize/read.ts';
import type { Inbound } from '#src/message.ts';
import { readTwice } from '#test/read-twice.ts';

export type Fields = Record<string, unknown>;

export const US = '7000000000000000001';
export const anna = { id: '5000000000000000001', username: 'anna', global_name: 'Anna M.' };
export const ben = { id: '6000000000000000001', username: 'ben' };
const us = { id: US, username: 'Pantheon', bot: true };
export const AT = '2026-01-05T00:49:53.676000+00:00';

/** A message of Anna's to us alone. */
export const message = (fields: Fields): Fields => ({
  id: '1457536551830421524',
  channel_id: '1457510428359004343',
  type: 0,
  timestamp: AT,
  edited_timestamp: null,
  author: anna,
  content: '',
  mentions: [],
  attachments: [],
  ...fields,
});

/** A message of Anna's in a server, in which whoever is mentioned is named. */
export const inServer = (fields: Fields): Fields =>
  message({
    guild_id: '1457468924290662599',
    channel_type: 0,
    member: { nick: 'Änni' },
    mentions: [us, ben].filter(({ id }) => String(fields['content']).includes(id)),
    ...fields,
  });

/** An answer to something. */
export const answering = (author: object, content: string): Fields => ({
  type: 19,
  message_reference: { type: 0, message_id: '1457000000000000000' },
  referenced_message: { id: '1457000000000000000', author, content },
});

export const bot = us;

/** Reads any raw thing, twice and a day apart: reading is pure, so it must give the same. */
export const readRaw = (raw: unknown): Inbound[] => readTwice(raw, (one) => readEvent(one, { account: US, id: US }));

/** Reads a message. */
export const said = (d: Fields, around?: Fields): Inbound[] => readRaw({ t: 'MESSAGE_CREATE', d, around });
