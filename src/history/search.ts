/** Finding texts by their words: literal and folded, all of them, the latest first. */
import type { SearchEntry } from '../store/search-entries.ts';
import type { Store } from '../store/store.ts';
import { wordsOf } from '../text/words.ts';
import { type Page, readSlices } from './newest.ts';

/** How many conversations a search for conversations looks through, the latest hits first. */
const MOST_HITS = 2_000;

/** Whose texts: one person's, or everybody's. */
export interface SearchScope {
  personId?: string | undefined;
}

/** The entries of messages that hold all words, by time. `words`: at least one. */
export function findEntries(
  store: Pick<Store, 'searchEntries'>,
  words: readonly string[],
  { personId }: SearchScope,
  page: Page,
): Promise<SearchEntry[]> {
  const filter = conditions(words, personId);
  const name = `search:${personId ?? ''}:${words.join(' ')}`;
  return readSlices(
    name,
    page,
    ({ at }) => at,
    (at) => store.searchEntries.find({ ...filter, at }).lean(),
  );
}

/** The conversations whose title or messages hold all words of the text. */
export async function findConversationIds(
  store: Pick<Store, 'searchEntries'>,
  text: string,
  { personId }: SearchScope,
): Promise<string[]> {
  const words = wordsOf(text);
  if (words.length === 0) return [];
  const page = { limit: MOST_HITS, sort: -1 } as const;
  const found = await findEntries(store, words, { personId }, page);
  return [...new Set(found.map(({ conversationId }) => conversationId))];
}

/** The longest word is probably the rarest: it is the one that the index is asked for. */
function conditions(words: readonly string[], personId: string | undefined): Record<string, unknown> {
  const [first, ...others] = words.toSorted((a, b) => b.length - a.length);
  return {
    words: first,
    ...(personId === undefined ? {} : { personId }),
    ...(others.length > 0 ? { $and: others.map((word) => ({ words: word })) } : {}),
  };
}
