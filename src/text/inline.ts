/** Marked's inline tokens to runs. */
import type { MarkedToken, Token, Tokens } from 'marked';

import { resolveReferences } from './references.ts';
import { append, type Mark, type Run, textOf } from './rich.ts';

/** Whether the app can make a link of an address. Where it cannot, the address is written out. */
export type CanLink = (href: string) => boolean;

/** The runs of inline tokens that stand in `marks`. */
export function inlineRuns(tokens: readonly Token[], marks: readonly Mark[], canLink: CanLink): Run[] {
  const runs: Run[] = [];
  for (const token of tokens) {
    for (const run of tokenRuns(token as MarkedToken, marks, canLink)) append(runs, run.text, run.marks);
  }
  return runs;
}

function tokenRuns(token: MarkedToken, marks: readonly Mark[], canLink: CanLink): Run[] {
  switch (token.type) {
    case 'strong':
      return inlineRuns(token.tokens, [...marks, { kind: 'bold' }], canLink);
    case 'em':
      return inlineRuns(token.tokens, [...marks, { kind: 'italic' }], canLink);
    case 'del':
      return inlineRuns(token.tokens, [...marks, { kind: 'strike' }], canLink);
    case 'codespan':
      return [{ text: token.text, marks: [...marks, { kind: 'code' }] }];
    case 'link':
    case 'image':
      return linkRuns(token, marks, canLink);
    case 'br':
      return [{ text: '\n', marks }];
    case 'checkbox':
      // The list item's bullet says it.
      return [];
    case 'escape':
      return [{ text: token.text, marks }];
    case 'text':
      return token.tokens ? inlineRuns(token.tokens, marks, canLink) : [{ text: textOfToken(token), marks }];
    default:
      // Raw HTML and formulas are shown as they were written.
      return [{ text: token.raw, marks }];
  }
}

/** marked has resolved some of the references by now, so the raw text tells whether there are any. */
function textOfToken({ raw, text }: Tokens.Text): string {
  return raw.includes('&') ? resolveReferences(text) : text;
}

/** A link shows its label, or its address when it has none; an image is a link to it. No link stands in another. */
function linkRuns(token: Tokens.Link | Tokens.Image, marks: readonly Mark[], canLink: CanLink): Run[] {
  const href = 'autolink' in token && token.autolink ? token.href : resolveReferences(token.href);
  const isInLink = marks.some((mark) => mark.kind === 'link');
  const isLink = !isInLink && canLink(href);
  const own: readonly Mark[] = isLink ? [...marks, { kind: 'link', href }] : marks;
  const label = inlineRuns(token.tokens, own, canLink);
  const text = textOf(label).trim();
  if (text === '') return [{ text: readable(href), marks: own }];
  if (isLink || isInLink || isSameAddress(text, href)) return label;
  return [...label, { text: ` (${readable(href)})`, marks }];
}

/** A file that stands in its own address has nothing to read but its type. */
function readable(href: string): string {
  return /^data:/i.test(href) ? (href.split(/[;,]/, 1)[0] ?? '') : href;
}

function isSameAddress(text: string, href: string): boolean {
  return href === text || href === `mailto:${text}` || href === `tel:${text}` || href === `http://${text}`;
}
