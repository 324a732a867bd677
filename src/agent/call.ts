/** One call of a model through the AI library, streamed. */
import type { LanguageModel } from 'ai';
import type { Answer } from './agent.ts';
import { CUT_OFF, EMPTY, isAboutService, REFUSED, readFailure, type Failure } from './failure.ts';
import type { Prompt } from './prompt.ts';

/** What a model said. */
export interface Reply {
  text: string;
  /** It had more to say, and came to its limit. */
  isCut: boolean;
  tokens?: NonNullable<Answer['tokens']>;
}

/** How a model is called. */
export interface CallOptions {
  signal: AbortSignal;
  onText: (piece: string) => void;
  /** Called when the service has begun to answer, be it by thinking. */
  onAlive?: () => void;
}

/** How a stream ended; all fields are absent when it just stopped. */
interface Ending {
  finishReason?: string;
  totalUsage?: { inputTokens: number | undefined; outputTokens: number | undefined };
}

/**
 * Asks once. Never rejects for what a model or a network does: that is a `Failure`. When `signal` is aborted the
 * outcome means nothing. The request is closed in every case.
 */
export async function callModel(model: LanguageModel, prompt: Prompt, options: CallOptions): Promise<Reply | Failure> {
  const { streamText } = await import('ai');
  const call = new AbortController();
  let text = '';
  let ending: Ending = {};
  let failure: Failure | undefined;
  try {
    const { stream } = streamText({
      model,
      instructions: prompt.instructions,
      messages: prompt.messages,
      maxRetries: 0,
      abortSignal: AbortSignal.any([options.signal, call.signal]),
      providerOptions: { openai: { store: false } },
      // The error comes through the stream as well; without this the library prints it.
      onError: () => {},
    });
    for await (const part of stream) {
      // The first part is the library's own; all others follow on something that the service said.
      if (part.type !== 'start') options.onAlive?.();
      if (part.type === 'text-delta') {
        text += part.text;
        options.onText(part.text);
      }
      if (part.type === 'error') {
        failure ??= readFailure(part.error);
        // A service may hold the connection after its error, and the stream would wait for more.
        call.abort();
      }
      if (part.type === 'finish') ending = part;
    }
  } catch (error) {
    // What is not about the service is a fault of ours, and no reason to ask again.
    if (!isAboutService(error)) throw error;
    failure ??= readFailure(error);
  } finally {
    call.abort();
  }
  return failure ?? readEnding(text, ending);
}

function readEnding(text: string, { finishReason, totalUsage }: Ending): Reply | Failure {
  // The library's words for a stream that stopped before its end.
  if (finishReason === undefined || finishReason === 'interrupted' || finishReason === 'error') return CUT_OFF;
  if (finishReason === 'content-filter') return REFUSED;
  if (text.trim() === '') return EMPTY;
  return { text, isCut: finishReason === 'length', ...readTokens(totalUsage) };
}

function readTokens(usage: Ending['totalUsage']): Pick<Reply, 'tokens'> {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return {};
  return { tokens: { input: usage.inputTokens, output: usage.outputTokens } };
}
