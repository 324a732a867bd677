/**
 * Packs blocks into as few messages as is sensible.
 *
 * Blocks stay whole where they can: code and tables always, prose unless much of a message would stay empty. What
 * announces something (a heading, a line with a colon at its end) goes with what it announces. Gives the same parts
 * for the same blocks, and leaves out nothing but white space where it cuts.
 */
import { cutBlock, type Filling } from './cut.ts';
import type { Renderer } from './render.ts';
import { type Block, type Run, sharedMarks } from './rich.ts';
import { fillOf, fits, plus, runsSize } from './size.ts';

/** A message so full may end before a block that would fit into it only in pieces. */
const FULL_ENOUGH = 0.6;
/** In a message so full no block is begun that is longer than a message. */
const NEARLY_FULL = 0.75;
/** A heading and a sentence, at most, move on with what they announce. */
const MAX_LEAD = 2;

/** A message that is being filled. */
interface Part extends Filling {
  blocks: Block[];
}

/** The runs of each message, in order. */
export function split(blocks: readonly Block[], renderer: Renderer): Run[][] {
  const parts: Part[] = [emptyPart(renderer)];
  for (const block of blocks) {
    const runs = block.runs.map((run) => ({ ...run, marks: renderer.fit(run.marks) }));
    place(parts, { ...block, runs }, renderer);
  }
  return parts.map(runsOf);
}

function place(parts: Part[], block: Block, renderer: Renderer): void {
  const part = lastOf(parts);
  if (add(part, block, renderer)) return;
  const fill = fillOf(part.size, renderer.limit);
  const isWhole = fits(runsSize(block.runs, [], renderer), renderer.limit);
  const wantsNewPart = isWhole ? block.kind === 'code' || fill >= FULL_ENOUGH : fill >= NEARLY_FULL;
  if (wantsNewPart) beginPart(parts, block, isWhole, renderer);
  else pour(parts, block, renderer);
}

/** Fills part after part with a block that does not fit into the present one. */
function pour(parts: Part[], block: Block, renderer: Renderer): void {
  let rest = block;
  while (!add(lastOf(parts), rest, renderer)) {
    const part = lastOf(parts);
    const halves = cutBlock(rest, withGap(part, rest, renderer), renderer, part.blocks.length === 0);
    if (halves) push(part, halves.head, renderer);
    parts.push(emptyPart(renderer));
    if (halves) ({ rest } = halves);
  }
}

/** Begins a part with what announces the block, as far as something stays behind and the block stays whole. */
function beginPart(parts: Part[], block: Block, isWhole: boolean, renderer: Renderer): void {
  const before = lastOf(parts);
  for (let count = leadLength(before.blocks); count >= 0; count -= 1) {
    const part = emptyPart(renderer);
    for (const lead of before.blocks.slice(before.blocks.length - count)) push(part, lead, renderer);
    const isAdded = add(part, block, renderer);
    if (!isAdded && isWhole && count > 0) continue;
    before.blocks.length -= count;
    parts.push(part);
    if (!isAdded) pour(parts, block, renderer);
    return;
  }
}

function leadLength(blocks: readonly Block[]): number {
  let count = 0;
  while (count < MAX_LEAD && blocks.at(-1 - count)?.leadsIn) count += 1;
  return count < blocks.length ? count : 0;
}

/** Adds the block to the part if it fits. */
function add(part: Part, block: Block, renderer: Renderer): boolean {
  const { size, marks } = withGap(part, block, renderer);
  if (!fits(plus(size, runsSize(block.runs, marks, renderer)), renderer.limit)) return false;
  push(part, block, renderer);
  return true;
}

function push(part: Part, block: Block, renderer: Renderer): void {
  const { size, marks } = withGap(part, block, renderer);
  part.size = plus(size, runsSize(block.runs, marks, renderer));
  part.marks = block.runs.at(-1)?.marks ?? marks;
  part.blocks.push(block);
}

/** The part with the newlines before its next block; they stand in the marks that both sides share. */
function withGap(part: Part, block: Block, renderer: Renderer): Filling {
  if (part.blocks.length === 0) return part;
  const gap = gapRun(part.blocks.at(-1), block);
  return { size: plus(part.size, renderer.textSize(gap.text, gap.marks)), marks: gap.marks };
}

function gapRun(before: Block | undefined, block: Block): Run {
  const open = before?.runs.at(-1)?.marks ?? [];
  return { text: block.gap, marks: open.slice(0, sharedMarks(open, block.runs[0]?.marks ?? [])) };
}

function runsOf(part: Part): Run[] {
  return part.blocks.flatMap((block, index) =>
    index === 0 ? block.runs : [gapRun(part.blocks[index - 1], block), ...block.runs],
  );
}

function emptyPart(renderer: Renderer): Part {
  return { blocks: [], size: renderer.limit.map(() => 0), marks: [] };
}

function lastOf(parts: Part[]): Part {
  const last = parts.at(-1);
  if (!last) throw new Error('A text has at least one part.');
  return last;
}
