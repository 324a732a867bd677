/** The list of commands above the composer, while one is typed. The composer keeps the focus and moves the choice. */
import type { VNode } from 'preact';
import type { Command } from '../state/commands.ts';
import { html } from './html.ts';

export const MENU_ID = 'commands';

/** The element id of a command, for `aria-activedescendant`. */
export const optionId = (command: Command): string => `command-${command.name.slice(1)}`;

interface CommandMenuProps {
  commands: readonly Command[];
  chosen: number;
  onChoose: (index: number) => void;
  onPick: (command: Command) => void;
}

export function CommandMenu({ commands, chosen, onChoose, onPick }: CommandMenuProps): VNode {
  return html`<ul class="commands" role="listbox" id=${MENU_ID} aria-label="Commands">
    ${commands.map(
      (command, index) =>
        html`<li
          key=${command.name}
          id=${optionId(command)}
          role="option"
          aria-selected=${index === chosen}
          onPointerMove=${() => onChoose(index)}
          onPointerDown=${(event: PointerEvent) => event.preventDefault()}
          onClick=${() => onPick(command)}
        >
          <span class="name">${command.name}${command.argument && html`<i> ${command.argument}</i>`}</span>
          <span class="does">${command.does}</span>
        </li>`,
    )}
  </ul>`;
}
