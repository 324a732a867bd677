import { Schema } from 'mongoose';
import { DEFAULT_AGENT_ID, type Mode, type ResponseType } from '../conversation.ts';

/** What the agent's answer will be, once it is decided: enough for any process to carry it out. */
export interface Decision {
  turnId: string;
  chatId: string;
  /** Ids of the messages that are answered by it. */
  inputs: string[];
  texts: string[];
  /** Why there is no answer; `texts` then holds what the person is told instead. */
  error?: { code: string; message: string };
  /** The delivery in which people saw the answer growing. */
  growing?: string;
  /** It was taken back while it was being carried out: it stays in the history, and is not said. */
  isTakenBack?: boolean;
  /** What the person is told is told once in this period. */
  notePeriod?: { name: string; since: Date };
  model?: string;
  tokens?: { input: number; output: number };
  /** The language that was asked for, as an ISO 639 code. */
  language?: string;
  /** From here on the model is shown the history next time. */
  historyFrom: number;
  fence: number;
  at: Date;
}

/** Our place: one history. Carries all that decides who may answer in it. */
export interface Conversation {
  _id: string;
  kind: 'direct' | 'group';
  personId?: string;
  /** Whose it was before that person was joined to another. */
  personBefore?: string;
  /** Groups: the chat whose history this is. */
  chatId?: string;
  title: string | null;
  mode: Mode;
  agentId: string;
  /** ISO 639 codes: what the person writes in, and what is answered in. */
  inLanguage?: string | null;
  outLanguage?: string | null;
  responseTypes: ResponseType[];
  /** What the conversation's own person told the machine to be (`topic: instruction`). */
  instruction?: string | null;
  apps: string[];
  /** The highest place taken. Dense: each message has the next one. */
  lastSeq: number;
  /** Raised with every message, edit, deletion and `/stop`: the condition under which an answer may be posted. */
  inbox: number;
  /** Whether something here waits for the reply worker; the sweeper looks for nothing else. */
  hasWork: boolean;
  workAt: Date;
  /** No turn begins before: more may be coming. */
  readyAt?: Date | null;
  lastInAt?: Date | null;
  /** No unanswered message lies below. */
  pendingFrom: number;
  /** The model is shown nothing from below. */
  historyFrom: number;
  /** Where the present topic began: the model is never again shown anything from below. */
  topicFrom: number;
  /** How many answers in a row were cut short by further messages. */
  cuts: number;
  /** How many runs in a row ended with the death of their process. */
  crashes: number;
  decided?: Decision | null;
  /** The turn that runs now. */
  turnId?: string | null;
  /** The delivery in which people see that turn's answer growing: whoever takes the conversation finds it here. */
  growing?: string | null;
  leaseHolder?: string | null;
  leaseUntil?: Date | null;
  fence: number;
  lastOutAt?: Date | null;
  lastMessageAt: Date;
  goneAt?: Date | null;
  version: number;
  createdAt: Date;
}

export const conversationSchema = new Schema<Conversation>({
  _id: { type: String, required: true },
  kind: { type: String, enum: ['direct', 'group'], required: true },
  personId: String,
  personBefore: String,
  chatId: String,
  title: { type: String, default: null },
  mode: { type: String, enum: ['agent', 'human'], default: 'agent' },
  agentId: { type: String, default: DEFAULT_AGENT_ID },
  inLanguage: String,
  outLanguage: String,
  responseTypes: { type: [String], default: ['text'] },
  instruction: String,
  apps: { type: [String], default: [] },
  lastSeq: { type: Number, default: 0 },
  inbox: { type: Number, default: 0 },
  hasWork: { type: Boolean, default: false },
  workAt: { type: Date, required: true },
  readyAt: Date,
  lastInAt: Date,
  pendingFrom: { type: Number, default: 1 },
  historyFrom: { type: Number, default: 1 },
  topicFrom: { type: Number, default: 1 },
  cuts: { type: Number, default: 0 },
  crashes: { type: Number, default: 0 },
  decided: Schema.Types.Mixed,
  turnId: String,
  growing: String,
  leaseHolder: String,
  leaseUntil: Date,
  fence: { type: Number, default: 0 },
  lastOutAt: Date,
  lastMessageAt: { type: Date, required: true },
  goneAt: Date,
  version: { type: Number, default: 1 },
  createdAt: { type: Date, required: true },
});
conversationSchema.index({ personId: 1, lastMessageAt: -1 });
conversationSchema.index({ goneAt: 1, lastMessageAt: -1 });
conversationSchema.index({ hasWork: 1, workAt: 1 });
