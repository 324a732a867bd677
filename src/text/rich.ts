/**
 * Formatted text as every app understands it, free of any app's markup: a list of blocks, each a list of runs.
 *
 * Nesting is kept as the path of marks that a run stands in. So a text may be cut at any place, and what is cut is
 * still well formed: its marks are closed and opened again by whoever renders it.
 */

/** One way in which a stretch of text is set off. Two runs are in the same one when they share the object. */
export type Mark =
  | { kind: 'bold' | 'italic' | 'strike' | 'code' | 'quote' }
  | { kind: 'heading'; depth: number }
  | { kind: 'link'; href: string }
  | { kind: 'fence'; language: string };

/** A stretch of text and the marks that it stands in, the outermost first. */
export interface Run {
  text: string;
  marks: readonly Mark[];
}

/** A paragraph, heading, list item, table or piece of code. */
export interface Block {
  /** The newlines that part it from the block before it. */
  gap: string;
  runs: Run[];
  /** Prose is cut between sentences and words; code and tables between lines, and only when they are too long. */
  kind: 'prose' | 'code';
  /** It announces what follows, so the two should stay together. */
  leadsIn: boolean;
}

/** What there is to read in the runs. */
export function textOf(runs: readonly Run[]): string {
  return runs.map((run) => run.text).join('');
}

/** Adds text at the end, to the last run where its marks are the same. */
export function append(runs: Run[], text: string, marks: readonly Mark[]): void {
  if (text === '') return;
  const last = runs.at(-1);
  if (last && sharedMarks(last.marks, marks) === Math.max(last.marks.length, marks.length)) last.text += text;
  else runs.push({ text, marks });
}

/** How many marks, from the outermost on, two paths have in common. */
export function sharedMarks(one: readonly Mark[], other: readonly Mark[]): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}
