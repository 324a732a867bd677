/** What an in-chat command is. */
import type { Known } from '../identity/resolve.ts';
import type { ChatRef } from '../message.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import type { Store } from '../store/store.ts';

/** Everything a command may look at. */
export interface CommandCall {
  store: Store;
  live: Live;
  bells: Bells;
  agentName: string;
  known: Known;
  channel: string;
  chat: ChatRef;
  chatId: string;
  /** The conversation of the chat: the person's active one, or the group's. */
  conversationId: string;
  /** What was typed after the name. */
  argument: string;
  /** The event's natural key: what the command makes has ids that follow from it, so that it may run twice. */
  cause: string;
  at: Date;
}

/** An answer that belongs to another conversation than the one it was asked in: the person has gone there. */
export interface CommandAnswer {
  text: string;
  conversationId: string;
}

export interface Command {
  name: string;
  /** What is typed after the name, as a person reads it; empty for nothing. */
  usage: string;
  summary: string;
  /** Whether it may be used in groups; elsewhere it is answered with "write to me directly". */
  isForGroups: boolean;
  /** Not in any list of commands: it only means something when it was asked for. */
  isHidden?: boolean;
  /** Does it, and gives the answer as Markdown. May be run more than once for the same `cause`. */
  run(call: CommandCall): Promise<string | CommandAnswer>;
}
