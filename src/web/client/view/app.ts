/** The whole page. */
import type { VNode } from 'preact';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { Chat } from '../state/chat.ts';
import { Composer } from './composer.ts';
import { Header } from './header.ts';
import { html } from './html.ts';
import { downIcon } from './icons.ts';
import { MessageList } from './message-list.ts';
import { useScroll } from './scroll.ts';
import type { Scroll } from './scroll.ts';
import { ConnectionBanner, WritingStatus } from './status.ts';
import { Welcome } from './welcome.ts';

/** Leads back to the end, and says when something new is there. */
function ToEnd({ chat, scroll }: { chat: Chat; scroll: Scroll }): VNode | null {
  const seen = useSignal<string | undefined>(undefined);
  const newest = chat.timeline.value.entries.at(-1)?.id;
  useSignalEffect(() => {
    if (scroll.isAtEnd.value) seen.value = chat.timeline.value.entries.at(-1)?.id;
  });
  if (scroll.isAtEnd.value) return null;
  const label = newest === seen.value ? 'To the latest message' : 'New messages';
  return html`<button
    type="button"
    class="to-end ${label === 'New messages' ? 'news' : ''}"
    onClick=${() => scroll.toEnd('smooth')}
    aria-label=${label}
  >
    ${downIcon()}<span>${label}</span>
  </button>`;
}

export function App({ chat }: { chat: Chat }): VNode {
  const scroll = useScroll(chat.loadOlder);
  const isEmpty = chat.timeline.value.entries.length === 0 && chat.outbox.items.value.length === 0;
  return html`<div class="app">
    <${Header} chat=${chat} />
    <${ConnectionBanner} chat=${chat} />
    <div class="scroll" ref=${scroll.box} tabindex="-1">
      <main class="column ${chat.isLoaded.value ? '' : 'loading'}">
        ${isEmpty && chat.isLoaded.value ? html`<${Welcome} chat=${chat} />` : html`<${MessageList} chat=${chat} scroll=${scroll} />`}
      </main>
      <div class="dock">
        <${ToEnd} chat=${chat} scroll=${scroll} />
        <${Composer} chat=${chat} onSent=${() => scroll.toEnd()} />
      </div>
    </div>
    <${WritingStatus} chat=${chat} />
  </div>`;
}
