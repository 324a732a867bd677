/** What the message list shows, in order: the conversation, what is on its way out, and what is being written. */
import type { ChatEntry } from '../../entry.ts';
import type { Outgoing } from '../state/outbox.ts';
import { isAnswering } from '../state/timeline.ts';
import type { Draft, Timeline } from '../state/timeline.ts';
import { dayNumber } from './time.ts';

export type Item =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'entry'; key: string; entry: ChatEntry }
  | { kind: 'outgoing'; key: string; outgoing: Outgoing }
  | { kind: 'draft'; key: string; draft: Draft };

/** The drafts, or a sign that an answer is owed although no word of it has come. */
function draftItems(timeline: Timeline): Item[] {
  const drafts = timeline.drafts.length === 0 && isAnswering(timeline) ? [{ turnId: '', text: '' }] : timeline.drafts;
  return drafts.map((draft) => ({ kind: 'draft', key: `draft:${draft.turnId}`, draft }));
}

/** Puts a day before the first item of each day. */
function withDays(items: readonly (Item & { at: string })[]): Item[] {
  return items.flatMap((item, index) => {
    const previous = items[index - 1];
    const isNewDay = previous === undefined || dayNumber(previous.at) !== dayNumber(item.at);
    return isNewDay ? [{ kind: 'day', key: `day:${dayNumber(item.at)}:${item.key}`, at: item.at }, item] : [item];
  });
}

/** A message keeps its key when it comes back from the server, so that it stays where it is on the page. */
export function toItems(timeline: Timeline, outgoing: readonly Outgoing[]): Item[] {
  const entries = timeline.entries.map((entry) => {
    return { kind: 'entry' as const, key: entry.externalId ?? entry.id, entry, at: entry.createdAt };
  });
  const shown = new Set(entries.map(({ key }) => key));
  const leaving = outgoing
    .filter((item) => !shown.has(item.id))
    .map((item) => ({ kind: 'outgoing' as const, key: item.id, outgoing: item, at: item.at }));
  return [...withDays([...entries, ...leaving]), ...draftItems(timeline)];
}
