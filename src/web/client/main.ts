/** Begins the chat page. */
import { render } from 'preact';
import { effect } from '@preact/signals';
import { takeStartCode } from './state/arrival.ts';
import { createChat } from './state/chat.ts';
import { App } from './view/app.ts';
import { html } from './view/html.ts';

const root = document.querySelector<HTMLElement>('#chat');
if (!root) throw new Error('The page has no place for the chat.');

const { agentName = '', textLimitBytes = '' } = root.dataset;
const chat = createChat({ agentName, textLimitBytes: Number(textLimitBytes) });
effect(() => {
  const title = chat.timeline.value.conversation?.title;
  document.title = title ? `${title} · ${chat.agentName}` : chat.agentName;
});
render(html`<${App} chat=${chat} />`, root);

const code = takeStartCode();
if (code) chat.outbox.say(`/start ${code}`);
