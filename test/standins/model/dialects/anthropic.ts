/** `POST /v1/messages`, Anthropic's format. */
import { frame, readMessages, textOf, type Dialect, type Failure, type Finish } from './dialect.ts';

const STOP_REASON: Record<Finish, string> = { stop: 'end_turn', length: 'max_tokens', content_filter: 'refusal' };

const ERROR_TYPE: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  529: 'overloaded_error',
};

function event(type: string, fields: object): string {
  return frame({ type, ...fields }, type);
}

function failure({ status, message }: Failure): object {
  return { type: 'error', error: { type: ERROR_TYPE[status] ?? 'api_error', message } };
}

export const anthropic: Dialect = {
  read(body) {
    const system = textOf(body['system']);
    const messages = readMessages(body['messages']);
    return {
      model: String(body['model']),
      messages: system === '' ? messages : [{ role: 'system', content: system }, ...messages],
      isStream: body['stream'] === true,
      wantsUsage: true,
    };
  },
  open(asked) {
    const message = {
      id: 'msg_standin',
      type: 'message',
      role: 'assistant',
      model: asked.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    return (
      event('message_start', { message }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('ping', {})
    );
  },
  delta: (text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  close({ finish, usage }) {
    const delta = { stop_reason: STOP_REASON[finish], stop_sequence: null };
    return (
      event('content_block_stop', { index: 0 }) +
      event('message_delta', { delta, usage: { input_tokens: usage.input, output_tokens: usage.output } }) +
      event('message_stop', {})
    );
  },
  whole: ({ text, finish, usage }, asked) => ({
    id: 'msg_standin',
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content: text === '' ? [] : [{ type: 'text', text }],
    stop_reason: STOP_REASON[finish],
    stop_sequence: null,
    usage: { input_tokens: usage.input, output_tokens: usage.output },
  }),
  failure,
  failing: (cause) => frame(failure(cause), 'error'),
};
