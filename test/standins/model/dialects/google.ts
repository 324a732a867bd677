/** `POST /v1beta/models/NAME:streamGenerateContent?alt=sse`, Google's format. */
import { frame, readMessages, textOf, type Dialect, type Failure, type Finish, type Whole } from './dialect.ts';

const FINISH: Record<Finish, string> = { stop: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY' };

const STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

function piece(text: string, fields: object = {}): object {
  return { content: { parts: text === '' ? [] : [{ text }], role: 'model' }, index: 0, ...fields };
}

function ending({ finish, usage: { input, output } }: Whole, text: string, model: string): object {
  return {
    candidates: [piece(text, { finishReason: FINISH[finish] })],
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
    modelVersion: model,
    responseId: 'standin',
  };
}

function failure({ status, message }: Failure): object {
  return { error: { code: status, message, status: STATUS[status] ?? 'INTERNAL' } };
}

export const google: Dialect = {
  read(body, path) {
    const system = textOf((body['systemInstruction'] as { parts?: unknown } | undefined)?.parts);
    const messages = readMessages(body['contents']);
    return {
      model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
      messages: system === '' ? messages : [{ role: 'system', content: system }, ...messages],
      isStream: path.includes(':streamGenerateContent'),
      wantsUsage: true,
    };
  },
  open: () => '',
  delta: (text, { model }) => frame({ candidates: [piece(text)], modelVersion: model, responseId: 'standin' }),
  close: (whole, { model }) => frame(ending(whole, '', model)),
  whole: (whole, { model }) => ending(whole, whole.text, model),
  failure,
  failing: (cause) => frame(failure(cause)),
};
