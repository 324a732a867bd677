/** Linking a phone, and what is kept of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { link, noBrowser, openReady, openWhatsapp, processesOf } from './linked.ts';

const options = { skip: noBrowser, timeout: 60_000 };

test('the phone scans the QR, and the unmodified library is ready; no module is missing', options, async (t) => {
  const linked = await openReady(t);
  assert.deepEqual(linked.reports.map(({ state }) => state), ['starting', 'pairing', 'ready']);
  const { pairing, action } = linked.reports[1] ?? {};
  assert.match(pairing?.qr ?? '', /^2@[^,]+,/);
  assert.match(action ?? '', /Linked devices/);
  assert.deepEqual(linked.whatsapp.unknownModules, []);
});
