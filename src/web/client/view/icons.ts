/** The few drawings of the page. All are decoration: what they mean is said beside them in words. */
import type { VNode } from 'preact';
import { html } from './html.ts';

function icon(path: string): VNode {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d=${path} /></svg>`;
}

export const sendIcon = () => icon('M10 16V4.5M4.8 9.6 10 4.4l5.2 5.2');
export const stopIcon = () =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <rect class="solid" x="5" y="5" width="10" height="10" rx="2" />
  </svg>`;
export const downIcon = () => icon('M10 4v11.5M4.8 10.4 10 15.6l5.2-5.2');
export const newIcon = () =>
  icon(
    'M10 4H6a2.5 2.5 0 0 0-2.5 2.5V14A2.5 2.5 0 0 0 6 16.5h7.5A2.5 2.5 0 0 0 16 14v-4M8 12l.6-2.7 6.2-6.2 2.1 2.1-6.2 6.2z',
  );
export const copyIcon = () =>
  icon(
    'M7.5 7.5V5A1.5 1.5 0 0 1 9 3.5h6A1.5 1.5 0 0 1 16.5 5v6a1.5 1.5 0 0 1-1.5 1.5h-2.5M5 7.5h6A1.5 1.5 0 0 1 12.5 9v6a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V9A1.5 1.5 0 0 1 5 7.5z',
  );
export const doneIcon = () => icon('M4.5 10.5 8.3 14.3 15.5 6.2');
export const warnIcon = () => icon('M10 6.5v4.2M10 13.6v.1M10 2.9a7.1 7.1 0 1 0 0 14.2 7.1 7.1 0 0 0 0-14.2z');

/** Somebody who is not the agent. */
export const personIcon = () => icon('M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5a6 6 0 0 1 12 0');

/** Our mark: the dome from below, its coffers around the open eye. */
export const mark = () =>
  html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <circle cx="16" cy="16" r="13" />
    <circle class="coffers" cx="16" cy="16" r="8" />
    <circle class="solid" cx="16" cy="16" r="3" />
  </svg>`;
