/** What the page knows of the conversation, and how history and live events change it. Pure: no browser, no clock. */
import type { ChatEntry, ChatEvent, ChatHistory } from '../../entry.ts';

/** An answer that is being made. Without text it is only known that one is. */
export interface Draft {
  turnId: string;
  text: string;
}

/** The conversation as the page shows it, oldest entry first. */
export interface Timeline {
  conversation: ChatHistory['conversation'];
  entries: readonly ChatEntry[];
  hasMore: boolean;
  drafts: readonly Draft[];
}

export const EMPTY: Timeline = { conversation: null, entries: [], hasMore: false, drafts: [] };

/** Stands for the beginning of an answer that this page did not see. */
const MISSED = '… ';

const ANSWER_OF = { done: 'given', failed: 'failed', cancelled: 'stopped' } as const;

/** Whether the agent owes an answer, as far as the page knows. */
export function isAnswering({ entries, drafts }: Timeline): boolean {
  return drafts.length > 0 || entries.some((entry) => entry.answer === 'wanted');
}

/** The place of the oldest message: what `before` of the history means. */
export function oldestSeq({ entries }: Timeline): number | undefined {
  return entries.find((entry) => entry.seq !== undefined)?.seq;
}

/**
 * Puts the newest part of the history in the place of what is known.
 *
 * `touched` are the ids of entries that live events brought since that part was asked for: these are newer and stay
 * as they are. Older entries stay only when no gap lies between them and the new part.
 */
export function mergeNewest(timeline: Timeline, page: ChatHistory, touched: ReadonlySet<string>): Timeline {
  const known = new Map(timeline.entries.map((entry) => [entry.id, entry]));
  const inPage = new Set(page.entries.map((entry) => entry.id));
  // What came before the first history is of the conversation that is followed.
  const isSame = timeline.conversation === null || timeline.conversation.id === page.conversation?.id;
  const overlap = timeline.entries.findIndex((entry) => inPage.has(entry.id));
  const older = isSame && page.hasMore && overlap > 0 ? timeline.entries.slice(0, overlap) : [];
  const late = timeline.entries.filter((entry) => touched.has(entry.id) && !inPage.has(entry.id));
  const newest = page.entries.map((entry) => (touched.has(entry.id) ? (known.get(entry.id) ?? entry) : entry));
  return {
    conversation: page.conversation,
    entries: [...older, ...newest, ...late],
    hasMore: older.length > 0 ? timeline.hasMore : page.hasMore,
    drafts: isSame ? timeline.drafts.filter((draft) => !hasAnswerOf(draft.turnId, newest)) : [],
  };
}

/**
 * Puts the part of the history that is older than the place `before` in front of what is known.
 *
 * When meanwhile another conversation took the place, or what is known begins elsewhere, the part does not fit any
 * more and is let go.
 */
export function prependOlder(timeline: Timeline, page: ChatHistory, before: number): Timeline {
  const isSame = timeline.conversation?.id === page.conversation?.id;
  if (!isSame || oldestSeq(timeline) !== before) return timeline;
  const known = new Set(timeline.entries.map((entry) => entry.id));
  const older = page.entries.filter((entry) => !known.has(entry.id));
  // A part that brings nothing new would be asked for again for ever.
  return { ...timeline, entries: [...older, ...timeline.entries], hasMore: page.hasMore && older.length > 0 };
}

/** What a live event makes of the conversation. `active` changes nothing here: the history has to be read again. */
export function applyEvent(timeline: Timeline, event: ChatEvent): Timeline {
  switch (event.type) {
    case 'entry':
      return withEntry(timeline, event.entry);
    case 'edit':
      return { ...timeline, entries: replaced(timeline.entries, event.entry) };
    case 'typing':
      return withDraft(timeline, event.turnId, (text) => text);
    case 'delta':
      return withDraft(timeline, event.turnId, (text) => continued(text, event.text, event.offset));
    case 'restart':
      return withDraft(timeline, event.turnId, () => '');
    case 'turn':
      return withTurn(timeline, event.turnId, event.state);
    default:
      return timeline;
  }
}

/** Adds an entry at the end, or renews it where it is. An answer takes the place of its draft. */
function withEntry(timeline: Timeline, entry: ChatEntry): Timeline {
  const isKnown = timeline.entries.some(({ id }) => id === entry.id);
  const before = entry.turnId === undefined ? timeline.entries : settled(timeline.entries, 'given');
  return {
    ...timeline,
    entries: isKnown ? replaced(before, entry) : [...before, entry],
    drafts: timeline.drafts.filter((draft) => draft.turnId !== entry.turnId),
  };
}

function replaced(entries: readonly ChatEntry[], entry: ChatEntry): ChatEntry[] {
  return entries.map((other) => (other.id === entry.id ? entry : other));
}

/** What waited for an answer waits no more. Should a message have come too late for it, its own turn will say so. */
function settled(entries: readonly ChatEntry[], answer: NonNullable<ChatEntry['answer']>): ChatEntry[] {
  return entries.map((entry) => (entry.answer === 'wanted' ? { ...entry, answer } : entry));
}

function hasAnswerOf(turnId: string, entries: readonly ChatEntry[]): boolean {
  return entries.some((entry) => entry.turnId === turnId);
}

function withDraft(timeline: Timeline, turnId: string, change: (text: string) => string): Timeline {
  // A live event may be late; what is answered is not being answered.
  if (hasAnswerOf(turnId, timeline.entries)) return timeline;
  const isKnown = timeline.drafts.some((draft) => draft.turnId === turnId);
  const drafts = isKnown ? timeline.drafts : [...timeline.drafts, { turnId, text: '' }];
  return {
    ...timeline,
    drafts: drafts.map((draft) => (draft.turnId === turnId ? { turnId, text: change(draft.text) } : draft)),
  };
}

/** The text so far with a piece put where it belongs; a second tab may have missed what came before. */
function continued(text: string, piece: string, offset: number): string {
  if (text.startsWith(MISSED) || offset > text.length) return (text || MISSED) + piece;
  return text.slice(0, offset) + piece;
}

function withTurn(timeline: Timeline, turnId: string, state: (ChatEvent & { type: 'turn' })['state']): Timeline {
  if (state === 'queued') return timeline;
  if (state === 'running') return withDraft(timeline, turnId, (text) => text);
  const answer = ANSWER_OF[state];
  return {
    ...timeline,
    entries: settled(timeline.entries, answer),
    drafts: timeline.drafts.filter((draft) => draft.turnId !== turnId),
  };
}
