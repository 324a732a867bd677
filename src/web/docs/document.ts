/** The HTML of the reference: a guide, then every operation, written from the OpenAPI document alone. */
import type { ApiDocument } from '../../api/reference/document.ts';
import { policyFor } from '../document.ts';
import { html, type Markup } from './markup.ts';
import { operationSection } from './operation.ts';
import { operationsOf, type Shown } from './operations.ts';
import { headingsOf, prose, slugOf } from './prose.ts';
import type { Named } from './schema.ts';

/** The policy that the page is served under: it has no script of its own in it. */
export const DOCS_POLICY = policyFor();

const MARK = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <circle cx="16" cy="16" r="13" />
  <circle class="coffers" cx="16" cy="16" r="8" />
  <circle class="solid" cx="16" cy="16" r="3" />
</svg>`;

/** Writes the page. `files` are the names of its assets. */
export function docsDocument(document: ApiDocument, files: readonly string[]): string {
  const { title, version, description = '' } = document.info;
  const operations = operationsOf(document);
  const byTag = [...Map.groupBy(operations, ({ tag }) => tag)];
  const named = (document.components?.schemas ?? {}) as Named;
  const links = (ending: string, rel: string): Markup[] =>
    files
      .filter((name) => name.endsWith(ending))
      .map((name) => html`<link rel="${rel}" href="/docs/assets/${name}" />`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#fbfbf9" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#121615" media="(prefers-color-scheme: dark)" />
        <title>${title} API</title>
        <link rel="icon" type="image/svg+xml" href="/docs/assets/client/favicon.svg" />
        ${links('.css', 'stylesheet')} ${links('.ts', 'modulepreload')}
        <script type="module" src="/docs/assets/docs/client/main.ts"></script>
      </head>
      <body>
        <a class="skip" href="#guide">To the text</a>
        <header class="top">
          <p class="brand">
            ${MARK}<span>${title} <span class="soft">API</span></span>
          </p>
          <div class="find">
            <label class="unseen" for="find">Find an operation</label
            ><input
              id="find"
              type="search"
              placeholder="Find an operation"
              autocomplete="off"
              spellcheck="false"
              aria-controls="operations"
            /><kbd aria-hidden="true">/</kbd>
          </div>
          <p class="links"><span class="soft">${version}</span> <a href="/openapi.json">OpenAPI 3.1</a></p>
        </header>
        <div class="columns">
          <nav aria-label="Contents">
            <details open>
              <summary>Contents</summary>
              <div class="contents">${guideLinks(description)}${navigation(byTag)}</div>
            </details>
          </nav>
          <main>
            <article class="guide prose" id="guide">
              <h1>${title} API</h1>
              ${prose(description)}
            </article>
            ${byTag.map(
              ([tag, own]) =>
                html`<section class="tag" aria-labelledby="${slugOf(`tag ${tag}`)}">
                  <h2 id="${slugOf(`tag ${tag}`)}">${tag}</h2>
                  ${own.map((one) => operationSection(one, named))}
                </section>`,
            )}
          </main>
        </div>
        <p class="unseen" role="status" id="said"></p>
      </body>
    </html> `.html;
}

function guideLinks(description: string): Markup {
  const rows = headingsOf(description).map((heading) => html`<li><a href="#${slugOf(heading)}">${heading}</a></li>`);
  return html`<h2>Guide</h2>
    <ul>
      ${rows}
    </ul>`;
}

function navigation(byTag: [tag: string, operations: Shown[]][]): Markup {
  const row = ({ operationId, method, path, summary }: Shown): Markup =>
    html`<li>
      <a href="#${operationId}" data-find="${`${method} ${path} ${summary}`.toLowerCase()}"
        ><span class="method ${method.toLowerCase()}">${method}</span><span>${summary}</span></a
      >
    </li>`;
  const groups = byTag.map(
    ([tag, own]) =>
      html`<section>
        <h2>${tag}</h2>
        <ul>
          ${own.map(row)}
        </ul>
      </section>`,
  );
  return html`<div id="operations">
    ${groups}
    <p class="nothing" hidden>No operation fits.</p>
  </div>`;
}
