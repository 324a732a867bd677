/** What messages change in the conversation that they are put into. */
import type { Message } from './messages.ts';

/**
 * The common part, as the `$set` of a pipeline: the last place, the apps, and that there is work where an answer is
 * wanted. It may be said twice. `inbox` and the times of the last message are the writer's own.
 */
export function arrivalOf(messages: readonly Message[], now: Date) {
  const asked = messages.filter(({ answer }) => answer === 'wanted').map(({ seq }) => seq);
  return {
    lastSeq: { $max: ['$lastSeq', ...messages.map(({ seq }) => seq)] },
    apps: { $setUnion: ['$apps', messages.map(({ channel }) => channel)] },
    ...(asked.length > 0 && { ...workOf(asked, now), lastInAt: now }),
  };
}

/** That what stands at these places waits to be answered, as the `$set` of a pipeline. */
export function workOf(seqs: readonly number[], now: Date) {
  return {
    hasWork: true,
    workAt: now,
    pendingFrom: { $cond: ['$hasWork', { $min: ['$pendingFrom', ...seqs] }, Math.min(...seqs)] },
  };
}
