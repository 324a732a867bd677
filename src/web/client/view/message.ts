/** One entry of the conversation: what the person said, what the agent answered, or what a command told. */
import type { VNode } from 'preact';
import type { ChatEntry } from '../../entry.ts';
import { isCommand } from '../state/commands.ts';
import type { Outbox, Outgoing } from '../state/outbox.ts';
import type { Draft } from '../state/timeline.ts';
import { CopyButton } from './copy-button.ts';
import { html } from './html.ts';
import type { Children } from './html.ts';
import { mark, personIcon, warnIcon } from './icons.ts';
import { Markdown } from './markdown.ts';
import { clockTime, fullTime } from './time.ts';

const HERE = 'web';
const UNANSWERED: Readonly<Partial<Record<string, string>>> = {
  failed: 'No answer: something went wrong',
  stopped: 'Stopped before it was answered',
};

/** A channel's name as a person writes it. */
function appName(app: string): string {
  return app.length <= 3 ? app.toUpperCase() : app.charAt(0).toUpperCase() + app.slice(1);
}

function Time({ at }: { at: string }): VNode {
  return html`<time datetime=${at} title=${fullTime(at)}>${clockTime(at)}</time>`;
}

/** When, through which app, and whether it was changed. */
function Meta({ entry }: { entry: ChatEntry }): VNode {
  return html`<span class="meta">
    <${Time} at=${entry.createdAt} />
    ${entry.app !== HERE && html`<span>via ${appName(entry.app)}</span>`}
    ${entry.isEdited && !entry.isDeleted && html`<span>edited</span>`}
  </span>`;
}

function Deleted(): VNode {
  return html`<p class="deleted">This message was deleted.</p>`;
}

interface SaidProps {
  text: string | null;
  /** `command` is beside the conversation, as its notice is. */
  look: string;
  children?: Children;
}

/** The person's own words: shown exactly as they were typed. */
function Said({ text, look, children }: SaidProps): VNode {
  return html`<article class="message said ${look}" aria-label="You">
    <div class="bubble" dir="auto">${text ?? html`<${Deleted} />`}</div>
    <footer>${children}</footer>
  </article>`;
}

/** A message or command of the person that is stored. */
function UserEntry({ entry }: { entry: ChatEntry }): VNode {
  const unanswered = UNANSWERED[entry.answer ?? ''];
  if (entry.kind === 'notice') return html`<${Said} text=${entry.text} look="command" />`;
  return html`<${Said} text=${entry.isDeleted ? null : entry.text} look="">
    ${unanswered && html`<span class="problem ${entry.answer}">${warnIcon()}${unanswered}</span>`}
    <${Meta} entry=${entry} />
  <//>`;
}

/** A message of the person that is not known to be stored. */
export function OutgoingMessage({ outgoing, outbox }: { outgoing: Outgoing; outbox: Outbox }): VNode {
  const { id, state, text, reason } = outgoing;
  const isStuck = state === 'waiting' || state === 'refused';
  const look = `${isCommand(text) ? 'command' : ''} ${state === 'accepted' ? '' : 'dimmed'}`;
  return html`<${Said} text=${text} look=${look}>
    ${!isStuck && !isCommand(text) && html`<span class="meta"><span class="sending">${state === 'sending' ? 'Sending…' : ''}</span><${Time} at=${outgoing.at} /></span>`}
    ${isStuck && html`<span class="problem" role="status">${warnIcon()}Not sent${reason && `: ${reason}`}</span>`}
    ${isStuck && html`<button type="button" class="plain" onClick=${() => outbox.retry(id)}>Try again</button>`}
    ${isStuck && html`<button type="button" class="plain" onClick=${() => outbox.remove(new Set([id]))}>Discard</button>`}
  <//>`;
}

interface AnswerProps {
  name: string;
  icon: VNode;
  isDraft?: boolean;
  head?: Children;
  children: Children;
}

/** What an agent, or a human in its place, says. */
function Answer({ name, icon, isDraft, head, children }: AnswerProps): VNode {
  return html`<article
    class="message answer ${isDraft ? 'draft' : ''}"
    aria-label=${name}
    aria-busy=${isDraft ? 'true' : null}
    aria-live=${isDraft ? 'off' : null}
  >
    <header>${icon}<strong>${name}</strong>${head}</header>
    ${children}
  </article>`;
}

/** An answer that is stored. */
function AgentEntry({ entry, agentName }: { entry: ChatEntry; agentName: string }): VNode {
  const who = entry.role === 'human' ? { name: 'A human', icon: personIcon() } : { name: agentName, icon: mark() };
  const head = [
    html`<${Meta} entry=${entry} />`,
    !entry.isDeleted && html`<${CopyButton} text=${entry.text} label="Copy message" />`,
  ];
  return html`<${Answer} ...${who} head=${head}>
    ${entry.isDeleted ? html`<${Deleted} />` : html`<div dir="auto"><${Markdown} text=${entry.text} /></div>`}
  <//>`;
}

/** An answer while it is being made. */
export function DraftMessage({ draft, agentName }: { draft: Draft; agentName: string }): VNode {
  return html`<${Answer} name=${agentName} icon=${mark()} isDraft>
    ${
      draft.text
        ? html`<div dir="auto"><${Markdown} text=${draft.text} /></div>`
        : html`<div class="dots" role="img" aria-label="is writing"><i /><i /><i /></div>`
    }
  <//>`;
}

/** What a command told: beside the conversation, not part of it. */
function Notice({ entry }: { entry: ChatEntry }): VNode {
  return html`<aside class="notice" aria-label="Notice" dir="auto"><${Markdown} text=${entry.text} /></aside>`;
}

/** One stored entry, as what it is. */
export function EntryMessage({ entry, agentName }: { entry: ChatEntry; agentName: string }): VNode {
  if (entry.role === 'user') return html`<${UserEntry} entry=${entry} />`;
  if (entry.kind === 'notice' || entry.role === 'system') return html`<${Notice} entry=${entry} />`;
  return html`<${AgentEntry} entry=${entry} agentName=${agentName} />`;
}
