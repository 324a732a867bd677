/** The empty conversation: who is here, and something to begin with. */
import type { VNode } from 'preact';
import type { Chat } from '../state/chat.ts';
import { html } from './html.ts';
import { mark } from './icons.ts';

const EXAMPLES = [
  { title: 'Explain something', text: 'Explain how noise-cancelling headphones work, in simple words.' },
  { title: 'Plan something', text: 'Plan three quick dinners for two, with one shopping list.' },
  { title: 'Write something', text: 'Write a friendly note asking my neighbour to water my plants.' },
  { title: 'Get to know me', text: 'What can you help me with?' },
];

export function Welcome({ chat }: { chat: Chat }): VNode {
  return html`<section class="welcome">
    ${mark()}
    <h2>Hello, I’m ${chat.agentName}</h2>
    <p>Ask me anything. This conversation is kept, and goes on wherever you write to me.</p>
    <ul>
      ${EXAMPLES.map(
        ({ title, text }) =>
          html`<li key=${title}>
            <button type="button" onClick=${() => chat.outbox.say(text)}>
              <strong>${title}</strong><span>${text}</span>
            </button>
          </li>`,
      )}
    </ul>
  </section>`;
}
