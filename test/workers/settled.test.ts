import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Part, settledState } from '#src/store/deliveries.ts';

const parts = (...states: Part['state'][]): Part[] =>
  states.map((state, index) => ({ index, state, key: `k${index}` }));

test('a delivery is unknown while one part is, whatever became of the others', () => {
  assert.equal(settledState(parts('sent', 'sent')), 'sent');
  assert.equal(settledState(parts('sent', 'failed', 'waiting')), 'failed');
  assert.equal(settledState(parts('unknown', 'failed')), 'unknown');
  assert.equal(settledState(parts('sent', 'unknown')), 'unknown');
  assert.equal(settledState(parts('sent', 'waiting')), 'cancelled');
  assert.equal(settledState(parts('waiting', 'unknown')), 'unknown');
});
