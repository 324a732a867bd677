/** Where the person writes. */
import type { VNode } from 'preact';
import { signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Chat } from '../state/chat.ts';
import { matchingCommands } from '../state/commands.ts';
import type { Command } from '../state/commands.ts';
import { createSaved } from '../state/saved.ts';
import { CommandMenu, MENU_ID, optionId } from './command-menu.ts';
import { html } from './html.ts';
import { sendIcon, stopIcon } from './icons.ts';

const saved = createSaved<string>('draft');
const text = signal(saved.read() ?? '');

function write(value: string): void {
  text.value = value;
  saved.write(value);
}

/** Why the text cannot be sent now, in words; `undefined` when it can. */
function obstacle(chat: Chat): string | undefined {
  if (chat.connection.value === 'offline') return 'Not connected. Your text is kept.';
  const bytes = new TextEncoder().encode(text.value).length;
  if (bytes <= chat.textLimitBytes) return undefined;
  return `Too long to send: ${Math.ceil(bytes / 1024)} KB of at most ${chat.textLimitBytes / 1024} KB.`;
}

/** An input method is still composing: its Enter chooses a word (Safari tells so only by the key code). */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** The menu's state: which commands fit what is typed, and which of them is chosen. */
function useCommandMenu() {
  const chosen = useSignal(0);
  const dismissed = useSignal<string | undefined>(undefined);
  const commands = dismissed.value === text.value ? [] : matchingCommands(text.value);
  const index = Math.min(chosen.value, commands.length - 1);
  return {
    commands,
    index,
    choose: (next: number) => (chosen.value = (next + commands.length) % commands.length),
    dismiss: () => (dismissed.value = text.value),
    reset: () => (chosen.value = 0),
  };
}

type Menu = ReturnType<typeof useCommandMenu>;

/** What a key does while the menu is open; says whether it did something. */
function menuKey(key: string, menu: Menu, pick: (command: Command, isFinal: boolean) => void): boolean {
  const command = menu.commands[menu.index];
  if (!command) return false;
  if (key === 'ArrowDown') menu.choose(menu.index + 1);
  else if (key === 'ArrowUp') menu.choose(menu.index - 1);
  else if (key === 'Escape') menu.dismiss();
  else if (key === 'Tab') pick(command, false);
  else if (key === 'Enter') pick(command, true);
  else return false;
  return true;
}

/** Lets the box grow with its text where the browser does not do so by itself. */
function useGrowing(box: { current: HTMLTextAreaElement | null }): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text.value]);
}

function Hint({ problem }: { problem: string | undefined }): VNode {
  if (problem) return html`<p class="hint problem" role="status">${problem}</p>`;
  return html`<p class="hint">
    <span><kbd>Enter</kbd> to send</span><span><kbd>Shift</kbd> <kbd>Enter</kbd> for a new line</span
    ><span><kbd>/</kbd> for commands</span>
  </p>`;
}

export function Composer({ chat, onSent }: { chat: Chat; onSent: () => void }): VNode {
  const box = useRef<HTMLTextAreaElement>(null);
  const menu = useCommandMenu();
  const isOpen = menu.commands.length > 0;
  const problem = obstacle(chat);
  const canSend = text.value.trim() !== '' && problem === undefined;
  useGrowing(box);
  useEffect(() => {
    // On a phone the focus would cover half of the page with the keyboard.
    if (matchMedia('(pointer: fine)').matches) box.current?.focus();
  }, []);

  function say(words: string): void {
    write('');
    chat.outbox.say(words);
    onSent();
  }
  function send(): void {
    if (canSend) say(text.value.trim());
    box.current?.focus();
  }
  function pick(command: Command, isFinal: boolean): void {
    if (isFinal && command.argument === '' && problem === undefined) say(command.name);
    else write(command.argument === '' ? command.name : `${command.name} `);
    box.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const isSend = event.key === 'Enter' && !event.shiftKey;
    const isTaken = (event.key !== 'Enter' || isSend) && menuKey(event.key, menu, pick);
    if (!isTaken && isSend) send();
    if (isTaken || isSend) event.preventDefault();
  }
  function onInput(event: InputEvent): void {
    write((event.currentTarget as HTMLTextAreaElement).value);
    menu.reset();
  }

  const chosen = menu.commands[menu.index];
  return html`<form class="composer" onSubmit=${(event: Event) => (event.preventDefault(), send())}>
    ${isOpen && html`<${CommandMenu} commands=${menu.commands} chosen=${menu.index} onChoose=${menu.choose} onPick=${(command: Command) => pick(command, true)} />`}
    <div class="field">
      <textarea
        ref=${box}
        rows="1"
        dir="auto"
        value=${text.value}
        placeholder=${`Message ${chat.agentName}`}
        aria-label=${`Message ${chat.agentName}`}
        enterkeyhint="send"
        autocomplete="off"
        role=${isOpen ? 'combobox' : null}
        aria-expanded=${isOpen ? 'true' : null}
        aria-controls=${isOpen ? MENU_ID : null}
        aria-autocomplete=${isOpen ? 'list' : null}
        aria-activedescendant=${chosen ? optionId(chosen) : null}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
      />
      ${chat.isAnswering.value && html`<button type="button" class="round stop" onClick=${() => chat.outbox.say('/stop')} aria-label="Stop answering" title="Stop answering">${stopIcon()}</button>`}
      <button type="submit" class="round send" disabled=${!canSend} aria-label="Send" title="Send">
        ${sendIcon()}
      </button>
    </div>
    <${Hint} problem=${problem} />
  </form>`;
}
