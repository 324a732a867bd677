/** The menu of commands that Telegram shows beside the text field. */
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { TelegramApi } from './api.ts';
import { within } from './api.ts';

const DEADLINE_MS = 10_000;

/** What people can type (interface.md, In-chat commands). Only a help to find them: the core knows what each does. */
const COMMANDS = [
  { command: 'help', description: 'What I can do' },
  { command: 'new', description: 'Begin a new conversation' },
  { command: 'list', description: 'Show your conversations' },
  { command: 'switch', description: 'Go to another conversation: /switch 2' },
  { command: 'title', description: 'Name this conversation: /title Holidays' },
  { command: 'stop', description: 'Stop the answer being made' },
  { command: 'history', description: 'Show what was said last' },
];

/** Shows our commands in the menu. Written only when it differs. Nothing depends on it, so a failure is only logged. */
export async function showMenu(api: TelegramApi, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    const shown = await api.getMyCommands({}, within(DEADLINE_MS, signal));
    const isSame =
      shown.length === COMMANDS.length &&
      COMMANDS.every(({ command, description }, index) => {
        const other = shown[index];
        return other?.command === command && other.description === description;
      });
    if (!isSame) await api.setMyCommands(COMMANDS, {}, within(DEADLINE_MS, signal));
  } catch (error) {
    if (!signal.aborted) log.warn({ error: describeError(error) }, 'telegram: the menu of commands could not be set');
  }
}
