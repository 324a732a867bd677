/** Descriptions of the document, which are CommonMark of our own writing, as HTML. */
import { Marked } from 'marked';
import { escapeHtml } from '../document.ts';
import { html, type Markup } from './markup.ts';

/** Headings with a place to link to; code as every block of code on the page. */
const marked = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${slugOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    code: ({ text }) => codeBlock(text).html,
    html: ({ text }) => escapeHtml(text),
  },
});

/** A description. */
export function prose(text: string | undefined): Markup | undefined {
  return text ? { html: marked.parse(text, { async: false }) } : undefined;
}

/** A description within a line. */
export function line(text: string | undefined): Markup | undefined {
  return text ? { html: marked.parseInline(text, { async: false }) } : undefined;
}

/** A block of code; the page's script colours it and adds a button to copy it. */
export function codeBlock(text: string, label = 'Code'): Markup {
  return html`<div class="code">
    <pre tabindex="0" aria-label="${label}"><code>${text}</code></pre>
  </div>`;
}

/** The name of a heading in an address. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The headings of the second level, in order. */
export function headingsOf(text: string): string[] {
  return [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
}
