/** How big runs are in an app's message. */
import type { Renderer, Size } from './render.ts';
import { type Mark, type Run, sharedMarks } from './rich.ts';

export function plus(one: Size, other: Size): Size {
  return one.map((value, index) => value + (other[index] ?? 0));
}

export function fits(size: Size, limit: Size): boolean {
  return size.every((value, index) => value <= (limit[index] ?? Infinity));
}

/** The share of a message that is used, in the dimension in which it is fullest. */
export function fillOf(size: Size, limit: Size): number {
  return Math.max(...size.map((value, index) => value / (limit[index] ?? Infinity)));
}

/** What the runs add to a message in which the marks `open` are open. */
export function runsSize(runs: readonly Run[], open: readonly Mark[], renderer: Renderer): Size {
  let size: Size = renderer.limit.map(() => 0);
  let marks = open;
  for (const run of runs) {
    size = plus(size, openingSize(run, marks, renderer));
    size = plus(size, renderer.textSize(run.text, run.marks));
    ({ marks } = run);
  }
  return size;
}

/** What it adds to open the marks of a run where the marks `open` are open. */
export function openingSize(run: Run, open: readonly Mark[], renderer: Renderer): Size {
  const opened = run.marks.slice(sharedMarks(open, run.marks));
  return opened
    .map((mark) => renderer.markSize(mark))
    .reduce(
      plus,
      renderer.limit.map(() => 0),
    );
}
