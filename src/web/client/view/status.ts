/** What the page tells about itself: that the connection is lost, and, for those who do not see it, that an answer is coming. */
import type { VNode } from 'preact';
import type { Chat } from '../state/chat.ts';
import { html } from './html.ts';

export function ConnectionBanner({ chat }: { chat: Chat }): VNode {
  return html`<div class="banner" role="status">
    ${chat.connection.value === 'offline' && html`<span class="pill"><i class="spinner" />Connection lost. Reconnecting…</span>`}
  </div>`;
}

export function WritingStatus({ chat }: { chat: Chat }): VNode {
  return html`<p class="unseen" role="status">${chat.isAnswering.value ? `${chat.agentName} is writing…` : ''}</p>`;
}
