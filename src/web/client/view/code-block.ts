/** A block of code with its language and a button to copy it. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { CopyButton } from './copy-button.ts';
import { highlight } from './highlight.ts';
import { html } from './html.ts';

export function CodeBlock({ code, language }: { code: string; language: string }): VNode {
  const pieces = useMemo(() => highlight(code), [code]);
  const nodes = pieces.map(({ kind, text }) => (kind ? html`<span class=${`code-${kind}`}>${text}</span>` : text));
  return html`<figure class="code" dir="ltr">
    <figcaption>
      <span>${language || 'text'}</span>
      <${CopyButton} text=${code} label="Copy code" />
    </figcaption>
    <pre tabindex="0" aria-label="Code"><code>${nodes}</code></pre>
  </figure>`;
}
