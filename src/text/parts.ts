/** Markdown to the messages of an app. */
import { blocksOf } from './blocks.ts';
import { isBlank, normalizeText } from './normalize.ts';
import { render, type Renderer } from './render.ts';
import { type Block, textOf } from './rich.ts';
import { split } from './split.ts';

/**
 * The Markdown as messages in the app's markup, each within the app's limits, in order. Pure.
 *
 * Nothing to see gives no message. Markdown that stands for nothing (`**`, an empty fence) is shown as it was written.
 */
export function formatParts(markdown: string, renderer: Renderer): string[] {
  const text = normalizeText(markdown);
  if (isBlank(text)) return [];
  const blocks = blocksOf(text, (href) => renderer.canLink(href));
  const parts = split(blocks.length > 0 ? blocks : [asWritten(text)], renderer);
  return parts.filter((runs) => !isBlank(textOf(runs))).map((runs) => render(runs, renderer));
}

function asWritten(text: string): Block {
  return { gap: '', runs: [{ text, marks: [] }], kind: 'prose', leadsIn: false };
}
