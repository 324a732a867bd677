/** How a lost call is read: what certainly did not arrive may be tried again, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causesOf, readLostCall } from '#src/wire.ts';

const UNREACHED = { certain: true, code: 'unreachable', how: 'could not be reached' };
const BROKEN = { certain: false, code: 'no_answer', how: 'broke off the connection or answered nonsense' };
const LATE = { certain: false, code: 'no_answer', how: 'did not answer in time' };

const failed = (fields: object) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), fields) });

const CALLS: readonly (readonly [string, unknown, object])[] = [
  ['refused', failed({ code: 'ECONNREFUSED' }), { ...UNREACHED, detail: 'ECONNREFUSED' }],
  ['a certificate', failed({ code: 'CERT_HAS_EXPIRED' }), { ...UNREACHED, detail: 'CERT_HAS_EXPIRED' }],
  ['no way', failed({ code: 'ETIMEDOUT', syscall: 'connect' }), { ...UNREACHED, detail: 'ETIMEDOUT' }],
  ['no address', new AggregateError([new Error('x')]), { ...UNREACHED, detail: 'no connection' }],
  ['reset', failed({ code: 'ECONNRESET', syscall: 'read' }), { ...BROKEN, detail: 'ECONNRESET' }],
  ['given up', new DOMException('x', 'AbortError'), { ...LATE, detail: '' }],
  ['too late', new DOMException('x', 'TimeoutError'), { ...LATE, detail: '' }],
  ['nonsense', new SyntaxError('Unexpected token'), { ...BROKEN, detail: '' }],
  ['no error', 'x', { ...BROKEN, detail: '' }],
];

for (const [name, error, lost] of CALLS) {
  test(`a call that is lost by: ${name}`, () => assert.deepEqual(readLostCall(error), lost));
}

test('errors that cause each other come to an end', () => {
  const [first, second] = [new Error('first'), new Error('second')];
  first.cause = second;
  second.cause = first;
  assert.equal(causesOf(first).length, 6);
});
