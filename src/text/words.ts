/** The words of a text as a search compares them. */

/** Words break where the text's own language breaks them: Chinese, Japanese and Thai are written without spaces. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Accents, and the vowel points of Arabic; not the vowels of Thai or Hindi, without which words are others. */
const ACCENTS = /(?=\p{Mn})\p{Script=Inherited}/gu;
const LONGEST_WORD = 64;
const MOST_WORDS = 400;
/** Nobody means the end of a text of this length when they look for a word. */
const LONGEST_TEXT = 100_000;

/**
 * The distinct words of the text, folded: compatibility forms are one, and neither case nor accents matter
 * ("Café" is "cafe", "ﬁne" is "fine"). At most 400, each of at most 64 characters. The same text gives the same words.
 */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(text.slice(0, LONGEST_TEXT))) {
    if (isWordLike) words.add(fold(segment).slice(0, LONGEST_WORD).toWellFormed());
    if (words.size === MOST_WORDS) break;
  }
  return [...words];
}

/** Accents are stripped once they are taken apart, and what is left is put together again (Hangul). */
function fold(word: string): string {
  return word.normalize('NFKD').replace(ACCENTS, '').toUpperCase().toLowerCase().normalize('NFKC');
}
