/** `POST /v1/chat/completions`, as OpenAI and every compatible server speak it. */
import { frame, readMessages, type Asked, type Dialect, type Failure, type Whole } from './dialect.ts';

const ID = 'chatcmpl-standin';

function head(asked: Asked, object: string): object {
  return { id: ID, object, created: Math.floor(Date.now() / 1000), model: asked.model };
}

function chunk(asked: Asked, delta: object, finish: string | null = null): string {
  return frame({ ...head(asked, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] });
}

function usageOf({ usage: { input, output } }: Whole): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function failure({ status, code, message }: Failure): object {
  return { error: { message, type: typeOf(status, code), param: null, code } };
}

export const openaiChat: Dialect = {
  read(body) {
    const options = body['stream_options'] as { include_usage?: boolean } | undefined;
    return {
      model: String(body['model']),
      messages: readMessages(body['messages']),
      isStream: body['stream'] === true,
      wantsUsage: options?.include_usage === true,
    };
  },
  open: (asked) => chunk(asked, { role: 'assistant', content: '' }),
  delta: (piece, asked) => chunk(asked, { content: piece }),
  close(whole, asked) {
    const usage = { ...head(asked, 'chat.completion.chunk'), choices: [], usage: usageOf(whole) };
    return chunk(asked, {}, whole.finish) + (asked.wantsUsage ? frame(usage) : '') + frame('[DONE]');
  },
  whole: (whole, asked) => ({
    ...head(asked, 'chat.completion'),
    choices: [{ index: 0, message: { role: 'assistant', content: whole.text }, finish_reason: whole.finish }],
    usage: usageOf(whole),
  }),
  failure,
  failing: (cause) => frame(failure(cause)),
};

/** OpenAI's coarse name for a kind of failure. */
function typeOf(status: number, code: string): string {
  if (code === 'insufficient_quota') return code;
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
