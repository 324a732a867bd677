/** The outside of the model stand-in. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ModelMessage } from './dialects/dialect.ts';
import type { ModelFault } from './faults.ts';
import type { Gate } from './gates.ts';

/** A request as it came, with what it says in every format alike. */
export interface ModelRequest {
  path: string;
  body: Record<string, unknown>;
  headers: IncomingHttpHeaders;
  /** Milliseconds since the epoch. */
  at: number;
  model: string;
  messages: ModelMessage[];
}

/** What the model says: `deltaMs` between two deltas of `chunk` characters each. */
export type ModelReply = string | { text: string; deltaMs?: number; chunk?: number };

/** A model behind HTTP, in the formats of OpenAI (both), Anthropic and Google. */
export interface ModelStandin {
  readonly origin: string;
  /** `…/v1`: the base for OpenAI, Anthropic and compatible clients. */
  readonly url: string;
  /** `…/v1beta`: the base for Google's client. */
  readonly googleUrl: string;
  /** Every question that came, in order; lists of models are not questions. */
  readonly requests: readonly ModelRequest[];
  /** Questions that are open at this moment. */
  readonly active: number;
  /** Questions whose client hung up before the answer was complete. */
  readonly aborted: number;
  /** How many times the list of models was asked for. */
  readonly listed: number;

  /** What `GET /v1/models` names. */
  models: string[];
  /** Makes the answers; by default `Echo: ` and the newest message of the person. */
  reply: (messages: ModelMessage[], request: ModelRequest) => ModelReply | Promise<ModelReply>;
  /** The next `times` questions are answered so. */
  faultNext(fault: ModelFault, times?: number): void;
  clearFaults(): void;
  /** Holds all answers after so many deltas (0: before anything is sent) until it is released. */
  gate(afterDeltas?: number): Gate;
  /** Resolves as soon as the predicate gives something but `undefined` or `false`. */
  waitFor<T>(predicate: (standin: ModelStandin) => T | undefined | false, deadlineMs?: number): Promise<T>;
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}
