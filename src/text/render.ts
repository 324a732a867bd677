/** Runs to an app's markup. */
import { type Mark, type Run, sharedMarks } from './rich.ts';

/** How big something is, in each of the ways in which an app bounds a message. */
export type Size = readonly number[];

/** What an app makes of formatted text. Pure. */
export interface Renderer {
  /** The bounds of one message. */
  limit: Size;
  /** Which of these nested marks the app can show, the outermost first; others are left out. */
  fit(marks: readonly Mark[]): readonly Mark[];
  /** Whether the app can make a link of this address. */
  canLink(href: string): boolean;
  open(mark: Mark): string;
  close(mark: Mark): string;
  /** The text, escaped as it must be within these marks. */
  text(text: string, marks: readonly Mark[]): string;
  /** What a mark adds to the size of a message. */
  markSize(mark: Mark): Size;
  /** What a text adds to the size of a message; never less for a longer one. */
  textSize(text: string, marks: readonly Mark[]): Size;
}

/** The runs in the app's markup. Every mark that is opened is closed, in the right order. */
export function render(runs: readonly Run[], renderer: Renderer): string {
  const out: string[] = [];
  let open: readonly Mark[] = [];
  for (const run of [...runs, { text: '', marks: [] }]) {
    const shared = sharedMarks(open, run.marks);
    for (const mark of open.slice(shared).toReversed()) out.push(renderer.close(mark));
    for (const mark of run.marks.slice(shared)) out.push(renderer.open(mark));
    out.push(renderer.text(run.text, run.marks));
    open = run.marks;
  }
  return out.join('');
}
