/** Blocks of code: coloured when they come into view, each with a button that copies it. */
import { highlight } from '../../client/view/highlight.ts';

const SHOWN_FOR_MS = 2000;

/** Begins to do so. */
export function dressCode(): void {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        colour(target);
      }
    },
    { rootMargin: '300px' },
  );
  for (const figure of document.querySelectorAll('.code')) {
    const code = figure.querySelector('code');
    if (!code) continue;
    seen.observe(code);
    // Browsers give no clipboard to a page that came without TLS from another machine.
    if (navigator.clipboard) figure.append(copyButton(code.textContent));
  }
}

function colour(code: Element): void {
  const pieces = highlight(code.textContent).map(({ kind, text }) => {
    if (!kind) return text;
    const span = document.createElement('span');
    span.className = `code-${kind}`;
    span.textContent = text;
    return span;
  });
  code.replaceChildren(...pieces);
}

function copyButton(text: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => say(button, 'Copied'),
      // The browser may ask the person, who may say no.
      () => say(button, 'Copying failed'),
    );
  });
  return button;
}

/** Says it on the button, and to those who do not see it. */
function say(button: HTMLButtonElement, words: string): void {
  const status = document.querySelector('#said');
  button.textContent = words;
  if (status) status.textContent = words;
  setTimeout(() => {
    button.textContent = 'Copy';
    if (status) status.textContent = '';
  }, SHOWN_FOR_MS);
}
