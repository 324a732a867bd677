/** What an agent is, behind one function type: the model layer can be exchanged without anyone else noticing. */
import { BridgeError } from '../errors.ts';

/** One earlier or present entry of the conversation, as the model is shown it. */
export interface Entry {
  /** `human` is a person of the operator's side who took over; the model sees it as the assistant's side. */
  role: 'user' | 'agent' | 'human';
  text: string;
  /** Who wrote it, where more than one person writes (groups). Data, never instruction. */
  author?: string;
  /** Quoted text of somebody else's message that this one answers. */
  quoted?: { author?: string; text: string };
  /** Files that came with it, in words: "image", "voice message (12 s)". */
  attachments?: string[];
}

/** Who is asked. */
export interface AskedAgent {
  name: string;
  instructions: string;
  /** `provider/name`, the first that works answers; none: the model that the configuration names. */
  models?: readonly string[];
  /** The languages that it keeps to, as English names; none: any. */
  languages?: readonly string[];
}

/** What the agent is asked. */
export interface Question {
  agent: AskedAgent;
  /** What the conversation's own person told the machine to be: it holds below the agent's own instructions. */
  instruction?: string;
  /** The running summary of what came before `entries`, if any. */
  memory?: string;
  /** Oldest first; the unanswered ones are the last `newCount`. */
  entries: Entry[];
  newCount: number;
  /** Where the answer will be read: the channel's name and the kind of place. */
  place: { channel: string; kind: 'direct' | 'group' };
  /** The language to answer in, as an English name; absent: the person's own. */
  language?: string;
  /** The language that the person writes in, as an English name, where somebody said so. */
  inLanguage?: string;
}

/** What the agent said. */
export interface Answer {
  text: string;
  /** `openai/gpt-…`, `offline`. */
  model: string;
  /** Tokens as the provider counted them; absent when it does not tell. */
  tokens?: { input: number; output: number };
}

/** How the agent is asked. */
export interface AskOptions {
  /** Cuts the call short; `ask` then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Called with each new piece of text. After a failed try the text begins again: `restart` comes before it. */
  onText?: (piece: string) => void;
  onRestart?: () => void;
}

/** Why no answer came. `message` is for the log and for `/v1/jobs`, `toPerson` is what the person is told. */
export class AgentError extends BridgeError {
  readonly toPerson: string;

  constructor(code: AgentErrorCode, message: string, toPerson: string, cause?: unknown) {
    super(code, message, { status: 502, cause });
    this.toPerson = toPerson;
  }
}

/** Every way in which a model can fail us. */
export type AgentErrorCode =
  | 'model_not_found'
  | 'model_key_refused'
  | 'model_key_missing'
  | 'model_quota_exceeded'
  | 'model_rate_limited'
  | 'model_refused'
  | 'model_timeout'
  | 'model_cut_off'
  | 'model_empty'
  | 'model_unreachable'
  | 'model_failed';

/**
 * Answers the question. Rejects with an `AgentError`, or with `signal.reason` when it was aborted.
 * Begins new tries only within 30 s of the first, and all of them within the model timeout, whichever models are
 * asked (design.md, 3).
 */
export type Ask = (question: Question, options: AskOptions) => Promise<Answer>;

/** The agent as the rest of Pantheon holds it. */
export interface Agent {
  readonly ask: Ask;
  /** Which model answers at present; `hint` says what to do where there is none. A local server may appear later. */
  readonly describe: { model: string; hint?: string };
  /** How many questions may be asked at once. Read it anew each time: it changes with the model. */
  readonly concurrency: number;
}
