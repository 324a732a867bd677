/** The conversation from top to bottom, with its days. */
import type { VNode } from 'preact';
import type { Chat } from '../state/chat.ts';
import { html } from './html.ts';
import { toItems } from './items.ts';
import type { Item } from './items.ts';
import { DraftMessage, EntryMessage, OutgoingMessage } from './message.ts';
import { useSteadyPlace } from './scroll.ts';
import type { Scroll } from './scroll.ts';
import { dayName } from './time.ts';

function Row({ item, chat }: { item: Item; chat: Chat }): VNode {
  switch (item.kind) {
    case 'day':
      return html`<h2 class="day"><span>${dayName(item.at, new Date())}</span></h2>`;
    case 'entry':
      return html`<${EntryMessage} entry=${item.entry} agentName=${chat.agentName} />`;
    case 'outgoing':
      return html`<${OutgoingMessage} outgoing=${item.outgoing} outbox=${chat.outbox} />`;
    default:
      return html`<${DraftMessage} draft=${item.draft} agentName=${chat.agentName} />`;
  }
}

/** The line above the oldest entry: that older ones are coming, or could not be had. */
function Older({ chat }: { chat: Chat }): VNode | null {
  if (chat.older.value === 'failed') {
    return html`<p class="older">
      Older messages could not be loaded.
      <button type="button" class="plain" onClick=${chat.loadOlder}>Try again</button>
    </p>`;
  }
  return chat.timeline.value.hasMore ? html`<p class="older">Loading older messages…</p>` : null;
}

export function MessageList({ chat, scroll }: { chat: Chat; scroll: Scroll }): VNode {
  const items = toItems(chat.timeline.value, chat.outbox.items.value);
  useSteadyPlace(scroll, items.find((item) => item.kind !== 'day')?.key);
  return html`<div
    class="log"
    role="log"
    aria-live="polite"
    aria-label=${`Conversation with ${chat.agentName}`}
    aria-busy=${chat.older.value === 'loading'}
  >
    <${Older} chat=${chat} />
    ${items.map((item) => html`<div class="row" key=${item.key} data-key=${item.key}><${Row} item=${item} chat=${chat} /></div>`)}
  </div>`;
}
