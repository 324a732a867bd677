/** The HTML of the chat page and the policy that it is served under. Only the agent's name in it ever varies. */
import { createHash } from 'node:crypto';
import { TEXT_LIMIT_BYTES } from '../conversation.ts';
import type { Assets } from './assets.ts';

/** The page's HTML and its `Content-Security-Policy`. */
export interface ChatDocument {
  html: string;
  policy: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it stands in HTML, between tags or in quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/**
 * Nothing but our own files may run, load or be talked to; and no code can turn a string into markup. `scripts` are
 * those that stand in the page itself.
 */
export function policyFor(...scripts: string[]): string {
  const hashes = scripts.map((script) => ` 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self'${hashes.join('')}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** All files of a kind as `link` elements, so that the browser fetches them side by side and not one after another. */
function links(names: Iterable<string>, rel: string, ending: RegExp): string {
  return [...names]
    .filter((name) => ending.test(name))
    .map((name) => `<link rel="${rel}" href="/chat/assets/${name}">`)
    .join('\n');
}

/** Makes the page for an agent of this name. */
export function chatDocument(assets: Assets, agentName: string): ChatDocument {
  const importMap = JSON.stringify({ imports: assets.imports });
  const name = escapeHtml(agentName);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fbfbf9" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#121615" media="(prefers-color-scheme: dark)">
<title>${name}</title>
<link rel="icon" type="image/svg+xml" href="/chat/assets/favicon.svg">
${links(assets.files.keys(), 'stylesheet', /\.css$/)}
<script type="importmap">${importMap}</script>
${links(assets.files.keys(), 'modulepreload', /\.(ts|js)$/)}
<script type="module" src="/chat/assets/main.ts"></script>
</head>
<body>
<div id="chat" data-agent-name="${name}" data-text-limit-bytes="${TEXT_LIMIT_BYTES}"></div>
<noscript><p class="no-script">${name} needs JavaScript to show this conversation.</p></noscript>
</body>
</html>
`;
  return { html, policy: policyFor(importMap) };
}
