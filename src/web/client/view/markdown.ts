/**
 * An agent's Markdown as Preact nodes.
 *
 * What a model writes is data: HTML in it is shown as text, only web and mail addresses become links, and an image
 * becomes a link to itself, because the page asks no other host for anything.
 */
import { h } from 'preact';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { marked } from 'marked';
import type { MarkedToken, Token, Tokens } from 'marked';
import { CodeBlock } from './code-block.ts';
import { decodeEntities } from './entities.ts';
import { html } from './html.ts';

type Node = VNode | string | null;

const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'mailto:']);

/** Renders Markdown; also a half-written one, while an answer streams in. */
export function Markdown({ text }: { text: string }): VNode {
  const blocks = useMemo(() => renderAll(marked.lexer(text, { gfm: true, breaks: true })), [text]);
  return html`<div class="prose">${blocks}</div>`;
}

function renderAll(tokens: readonly Token[] | undefined): Node[] {
  return (tokens ?? []).map((token) => render(token as MarkedToken));
}

function render(token: MarkedToken): Node {
  switch (token.type) {
    case 'heading':
      // The page's own heading is the first level.
      return h(`h${Math.min(token.depth + 1, 6)}`, null, renderAll(token.tokens));
    case 'paragraph':
      return html`<p>${renderAll(token.tokens)}</p>`;
    case 'blockquote':
      return html`<blockquote>${renderAll(token.tokens)}</blockquote>`;
    case 'code':
      return html`<${CodeBlock} code=${token.text} language=${token.lang?.split(/\s/, 1)[0] ?? ''} />`;
    case 'list':
      return renderList(token);
    case 'table':
      return renderTable(token);
    case 'hr':
      return html`<hr />`;
    default:
      return renderInline(token);
  }
}

function renderInline(token: MarkedToken): Node {
  switch (token.type) {
    case 'text':
      return token.tokens ? html`<span>${renderAll(token.tokens)}</span>` : decodeEntities(token.text);
    case 'escape':
      return decodeEntities(token.text);
    case 'strong':
    case 'em':
    case 'del':
      return h(token.type, null, renderAll(token.tokens));
    case 'codespan':
      return html`<code>${token.text}</code>`;
    case 'br':
      return html`<br />`;
    case 'link':
      return renderLink(token.href, renderAll(token.tokens));
    case 'image':
      return renderLink(token.href, [token.text || token.href]);
    case 'checkbox':
      return html`<input type="checkbox" checked=${token.checked} disabled aria-label="Task" />`;
    case 'space':
    case 'def':
      return null;
    default:
      // HTML, and whatever the parser may learn in the future: shown as it was written.
      return token.raw;
  }
}

function renderLink(href: string, children: Node[]): Node {
  const url = URL.parse(decodeEntities(href));
  if (!url || !SAFE_PROTOCOLS.has(url.protocol)) return html`<span>${children}</span>`;
  return html`<a href=${url.href} target="_blank" rel="noopener noreferrer">${children}</a>`;
}

function renderList(list: Tokens.List): VNode {
  const items = list.items.map((item) => html`<li class=${item.task ? 'task' : ''}>${renderAll(item.tokens)}</li>`);
  if (!list.ordered)
    return html`<ul>
      ${items}
    </ul>`;
  return html`<ol start=${list.start === '' ? 1 : list.start}>
    ${items}
  </ol>`;
}

function renderTable(table: Tokens.Table): VNode {
  const cell = (tag: 'th' | 'td', { tokens, align }: Tokens.TableCell) =>
    h(tag, { class: align ? `align-${align}` : '' }, renderAll(tokens));
  return html`<div class="table-box" role="region" aria-label="Table" tabindex="0">
    <table>
      <thead>
        <tr>
          ${table.header.map((header) => cell('th', header))}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(
          (row) =>
            html`<tr>
              ${row.map((data) => cell('td', data))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
