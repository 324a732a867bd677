import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEvent, EMPTY, isAnswering, mergeNewest, prependOlder } from '#src/web/client/state/timeline.ts';
import type { Timeline } from '#src/web/client/state/timeline.ts';
import type { ChatEntry, ChatEvent, ChatHistory } from '#src/web/entry.ts';

const CONVERSATION = { id: 'cnv_1', title: null };

function entry(seq: number, fields: Partial<ChatEntry> = {}): ChatEntry {
  const createdAt = '2026-03-01T10:00:00.000Z';
  return { id: `msg_${seq}`, seq, kind: 'message', role: 'agent', text: `${seq}`, app: 'web', createdAt, ...fields };
}

const page = (seqs: number[], hasMore = false): ChatHistory => ({
  conversation: CONVERSATION,
  entries: seqs.map((seq) => entry(seq)),
  hasMore,
});
const show = (seqs: number[], hasMore = false): Timeline => ({ ...page(seqs, hasMore), drafts: [] });
const seqs = (timeline: Timeline) => timeline.entries.map(({ seq }) => seq);
const after = (timeline: Timeline, ...events: ChatEvent[]) => events.reduce(applyEvent, timeline);
const NONE: ReadonlySet<string> = new Set();

test('a newer part of the history joins what is known where the two overlap', () => {
  const merged = mergeNewest(show([1, 2, 3, 4], true), page([3, 4, 5, 6], true), NONE);
  assert.deepEqual([seqs(merged), merged.hasMore], [[1, 2, 3, 4, 5, 6], true]);
});

test('where a gap would be left, what is older is let go', () => {
  const merged = mergeNewest(show([1, 2]), page([5, 6], true), NONE);
  assert.deepEqual([seqs(merged), merged.hasMore], [[5, 6], true]);
});

test('what the history no longer has is gone from the page', () => {
  assert.deepEqual(seqs(mergeNewest(show([1, 2, 3]), page([2]), NONE)), [2]);
});

test('what live events brought while the history was read stays, and stays newer', () => {
  const live = after(
    show([1, 2]),
    { type: 'edit', entry: entry(2, { text: 'edited' }) },
    { type: 'entry', entry: entry(3) },
  );
  const merged = mergeNewest(live, page([1, 2]), new Set(['msg_2', 'msg_3']));
  assert.deepEqual(
    merged.entries.map(({ text }) => text),
    ['1', 'edited', '3'],
  );
});

test('another conversation takes the whole place', () => {
  const writing = after(show([1, 2]), { type: 'typing', turnId: 'trn_1' });
  const other = { ...page([1], true), conversation: { id: 'cnv_2', title: 'other' } };
  assert.deepEqual(mergeNewest(writing, other, NONE), { ...other, drafts: [] });
});

test('the beginning of an answer that came before the first history stays', () => {
  const writing = after(EMPTY, { type: 'delta', turnId: 'trn_1', text: 'Good', offset: 0 });
  assert.deepEqual(mergeNewest(writing, page([1]), NONE).drafts, [{ turnId: 'trn_1', text: 'Good' }]);
});

test('older entries come before, once; a part without news ends the asking', () => {
  const longer = prependOlder(show([3, 4], true), page([1, 2, 3], true), 3);
  assert.deepEqual([seqs(longer), longer.hasMore], [[1, 2, 3, 4], true]);
  assert.equal(prependOlder(longer, page([1, 2], true), 1).hasMore, false);
});

test('an older part that does not join what is known by now is let go', () => {
  const other = { ...show([3, 4], true), conversation: { id: 'cnv_2', title: null } };
  assert.deepEqual(prependOlder(other, page([1, 2], true), 3), other);
  const later = show([8, 9], true);
  assert.deepEqual(prependOlder(later, page([1, 2], true), 3), later);
});

test('the same entry told twice is there once', () => {
  const event: ChatEvent = { type: 'entry', entry: entry(1) };
  assert.deepEqual(seqs(after(EMPTY, event, event)), [1]);
});

test('an answer grows by what follows, a repeated piece changes nothing, a restart empties it', () => {
  const delta = (text: string, offset: number): ChatEvent => ({ type: 'delta', turnId: 'trn_1', text, offset });
  const grown = after(EMPTY, delta('Good ', 0), delta('morning', 5), delta('morning', 5));
  assert.deepEqual(grown.drafts, [{ turnId: 'trn_1', text: 'Good morning' }]);
  const again = after(grown, { type: 'restart', turnId: 'trn_1' }, delta('Hello', 0));
  assert.deepEqual(again.drafts, [{ turnId: 'trn_1', text: 'Hello' }]);
});

test('who comes in the middle of an answer sees it from there on', () => {
  const delta = (text: string, offset: number): ChatEvent => ({ type: 'delta', turnId: 'trn_1', text, offset });
  assert.equal(after(EMPTY, delta('end', 100), delta('ing', 103)).drafts[0]?.text, '… ending');
});

test('the stored answer takes the place of its draft, and a late piece does not bring it back', () => {
  const asked = after(EMPTY, { type: 'entry', entry: entry(1, { role: 'user', answer: 'wanted' }) });
  const piece: ChatEvent = { type: 'delta', turnId: 'trn_1', text: 'x', offset: 0 };
  const answered = after(asked, piece, { type: 'entry', entry: entry(2, { turnId: 'trn_1' }) }, piece);
  assert.deepEqual([answered.drafts, isAnswering(asked), isAnswering(answered)], [[], true, false]);
});

test('the end of a turn ends the waiting, as what it was', () => {
  const asked = after(EMPTY, { type: 'entry', entry: entry(1, { role: 'user', answer: 'wanted' }) });
  const ends = (['done', 'failed', 'cancelled'] as const).map((state) => {
    const ended = after(
      asked,
      { type: 'turn', turnId: 'trn_1', state: 'running' },
      { type: 'turn', turnId: 'trn_1', state },
    );
    return [ended.entries[0]?.answer, isAnswering(ended)];
  });
  assert.deepEqual(ends, [
    ['given', false],
    ['failed', false],
    ['stopped', false],
  ]);
});
