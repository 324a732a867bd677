/** The bar at the top: who is here, which conversation this is, and a way to begin another. */
import type { VNode } from 'preact';
import type { Chat } from '../state/chat.ts';
import { html } from './html.ts';
import { mark, newIcon } from './icons.ts';

export function Header({ chat }: { chat: Chat }): VNode {
  const { conversation, entries } = chat.timeline.value;
  return html`<header class="bar">
    <h1>${mark()}<span>${chat.agentName}</span></h1>
    <p class="title" dir="auto">${conversation?.title}</p>
    <button
      type="button"
      class=${`plain new ${entries.length === 0 ? 'needless' : ''}`}
      disabled=${chat.connection.value === 'offline'}
      onClick=${() => chat.outbox.say('/new')}
    >
      ${newIcon()}<span>New conversation</span>
    </button>
  </header>`;
}
