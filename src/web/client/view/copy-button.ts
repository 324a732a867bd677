/** A button that copies a text, and says so. */
import type { VNode } from 'preact';
import { useSignal } from '@preact/signals';
import { html } from './html.ts';
import { copyIcon, doneIcon, warnIcon } from './icons.ts';

const SHOWN_FOR_MS = 2000;
const ICONS = { Copy: copyIcon, Copied: doneIcon, 'Copying failed': warnIcon };

/** Is not there where the browser gives no clipboard (a page served without TLS). */
export function CopyButton({ text, label }: { text: string; label: string }): VNode | null {
  const state = useSignal<keyof typeof ICONS>('Copy');
  if (!navigator.clipboard) return null;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      state.value = 'Copied';
    } catch {
      // The browser asks the person, who may have said no.
      state.value = 'Copying failed';
    }
    setTimeout(() => (state.value = 'Copy'), SHOWN_FOR_MS);
  }

  return html`<button
    type="button"
    class="copy"
    onClick=${copy}
    aria-label=${state.value === 'Copy' ? label : state.value}
  >
    ${ICONS[state.value]()}<span aria-hidden="true">${state.value}</span>
  </button>`;
}
