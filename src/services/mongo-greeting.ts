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

/** A server that answers `hello` at all has opened its data. */
export const mongoGreeting: Greeting = { say: message(HELLO), isReady: (reply) => reply.length > 0 };
