/** The in-chat commands that the composer offers while one is typed. The server alone decides what they do. */

export interface Command {
  name: string;
  /** What may follow it, as shown; empty when nothing may. */
  argument: string;
  does: string;
}

const COMMANDS: readonly Command[] = [
  { name: '/help', argument: '', does: 'What I can do' },
  { name: '/new', argument: 'title', does: 'New conversation' },
  { name: '/list', argument: '', does: 'Your conversations' },
  { name: '/switch', argument: 'number', does: 'Go to another one' },
  { name: '/title', argument: 'title', does: 'Name this one' },
  { name: '/stop', argument: '', does: 'Stop the answer' },
  { name: '/history', argument: '', does: 'Latest messages' },
];

/** The commands that a text may become; none once it is more than the beginning of a name. */
export function matchingCommands(text: string): readonly Command[] {
  if (!/^\/[a-z]*$/i.test(text)) return [];
  return COMMANDS.filter(({ name }) => name.startsWith(text.toLowerCase()));
}

/** Whether a text is a command that the server answers with a notice, and not a message of the conversation. */
export function isCommand(text: string): boolean {
  const name = text.trim().split(/\s/, 1)[0]?.toLowerCase();
  return COMMANDS.some((command) => command.name === name);
}
