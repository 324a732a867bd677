/** What an admin does about deliveries whose outcome nobody knows. */
import assert from 'node:assert/strict';
import { marksIn } from './crowd.ts';
import type { Stage } from './stage.ts';

/** Looks into each chat, and says of each unknown delivery what is there. Gives how often it was the one or the other. */
export async function resolveByLooking({ admin, telegram }: Stage): Promise<Record<'sent' | 'not_sent', number>> {
  const resolved = { sent: 0, not_sent: 0 };
  for (const job of await admin.jobs('?state=unknown')) {
    assert.equal(job.error?.code, 'outcome_unknown');
    assert.equal((await admin.replay(job.id)).status, 409, 'without force it is not sent again');
    const hasArrived = telegram.sent.some(({ text }) => marksIn(text)[0] === marksIn(job.text)[0]);
    const outcome = hasArrived ? 'sent' : 'not_sent';
    assert.equal((await admin.resolve(job.id, outcome)).status, 200);
    resolved[outcome] += 1;
  }
  return resolved;
}
