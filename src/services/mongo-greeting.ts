/** MongoDB's greeting, spelled out: `hello` as one OP_MSG. Loading a driver to ask for readiness would cost the start. */
import type { Greeting } from './port.ts';

const OP_MSG = 2013;

/** The BSON document `{hello: 1, $db: 'admin'}`. */
const HELLO = Buffer.concat([
  Buffer.from([31, 0, 0, 0]),
  Buffer.from('\x10hello\0\x01\0\0\0', 'latin1'),
  Buffer.from('\x02$db\0\x06\0\0\0admin\0', 'latin1'),
  Buffer.from([0]),
]);

/** Length, request id, response to, code; then no flags, and one section of kind 0. */
function message(document: Buffer): Buffer {
  const head = Buffer.alloc(21);
  [head.length + document.length, 1, 0, OP_MSG, 0].forEach((field, index) => head.writeInt32LE(field, index * 4));
  return Buffer.concat([head, document]);
}

/** The BSON document `{find: 'installation', limit: 1, $db: 'pantheon'}`. */
const FIND = Buffer.concat([
  Buffer.from([57, 0, 0, 0]),
  Buffer.from('\x02find\0\x0d\0\0\0installation\0', 'latin1'),
  Buffer.from('\x10limit\0\x01\0\0\0', 'latin1'),
  Buffer.from('\x02$db\0\x09\0\0\0pantheon\0', 'latin1'),
  Buffer.from([0]),
]);

/**
 * A server that greets and can read nothing any more: SecantusDB outlives the panic of its storage (a full disk), in
 * which `mongod` ends itself. `isReady` recognises the one that has failed.
 */
export const mongoPanic: Greeting = {
  say: message(FIND),
  isReady: (reply) => reply.includes('internal server error'),
};

/** A server that answers `hello` at all has opened its data. */
export const mongoGreeting: Greeting = { say: message(HELLO), isReady: (reply) => reply.length > 0 };
