/** Cutting a block so that its beginning fits into what is left of a message. */
import { findCut } from './breaks.ts';
import type { Renderer, Size } from './render.ts';
import type { Block, Mark, Run } from './rich.ts';
import { fits, openingSize, plus } from './size.ts';

/** How far behind a possible cut the text is looked at, to see whether a character goes on there. */
const LOOK_AHEAD = 64;

/** What a message holds already. */
export interface Filling {
  size: Size;
  marks: readonly Mark[];
}

/** A block in two. */
export interface Halves {
  head: Block;
  rest: Block;
}

/**
 * The block cut at the best place at which its head still fits, or `undefined` when nothing of it does.
 * With `mustProgress` there is a head in any case: without its marks, and of one character, if need be.
 */
export function cutBlock(
  block: Block,
  filling: Filling,
  renderer: Renderer,
  mustProgress: boolean,
): Halves | undefined {
  const { units, text } = roomFor(block, filling, renderer);
  if (units === 0 && !mustProgress) return undefined;
  const cut = findCut(text, Math.max(1, units), block.kind);
  const head = slice(block.runs, 0, cut.end);
  return {
    head: { ...block, runs: units === 0 ? head.map((run) => ({ ...run, marks: [] })) : head },
    rest: { ...block, gap: '', runs: slice(block.runs, cut.resume, Infinity) },
  };
}

/** The longest beginning of a block that fits, in UTF-16 units, and the text to a little beyond it. */
function roomFor(block: Block, filling: Filling, renderer: Renderer): { units: number; text: string } {
  let { size, marks } = filling;
  let units = 0;
  let text = '';
  for (const run of block.runs) {
    const opened = plus(size, openingSize(run, marks, renderer));
    size = plus(opened, renderer.textSize(run.text, run.marks));
    if (!fits(size, renderer.limit)) {
      const some = fittingLength(run, opened, renderer);
      return { units: units + some, text: text + run.text.slice(0, some + LOOK_AHEAD) };
    }
    text += run.text;
    units += run.text.length;
    ({ marks } = run);
  }
  return { units, text };
}

/** By halving: what a text adds to the size is not always its length. */
function fittingLength(run: Run, size: Size, renderer: Renderer): number {
  const fitsUpTo = (length: number) =>
    fits(plus(size, renderer.textSize(run.text.slice(0, length), run.marks)), renderer.limit);
  let low = 0;
  let high = Math.min(run.text.length, renderer.limit[0] ?? 0);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fitsUpTo(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function slice(runs: readonly Run[], from: number, to: number): Run[] {
  const kept: Run[] = [];
  let start = 0;
  for (const run of runs) {
    const text = run.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    if (text !== '') kept.push({ ...run, text });
    start += run.text.length;
    if (start >= to) break;
  }
  return kept;
}
