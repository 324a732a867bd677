/** `POST /v1/responses`, OpenAI's own format, which its AI SDK package speaks unless told otherwise. */
import { frame, readMessages, type Asked, type Dialect, type Whole } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';

const ITEM = 'msg_standin';

function responseOf(asked: Asked, status: string, fields: object = {}): object {
  return {
    id: 'resp_standin',
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status,
    model: asked.model,
    error: null,
    incomplete_details: null,
    output: [],
    ...fields,
  };
}

function event(type: string, fields: object): string {
  return frame({ type, sequence_number: 0, ...fields }, type);
}

function itemOf(text: string, status: string): object {
  const content =
    text === '' && status === 'in_progress' ? [] : [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  return { id: ITEM, type: 'message', status, role: 'assistant', content };
}

/** The end of a response; one that was cut says so by its status and the reason. */
function ended({ text, finish, usage }: Whole, asked: Asked): object {
  const reason = finish === 'length' ? 'max_output_tokens' : finish;
  return responseOf(asked, finish === 'stop' ? 'completed' : 'incomplete', {
    ...(finish !== 'stop' && { incomplete_details: { reason } }),
    output: [itemOf(text, finish === 'stop' ? 'completed' : 'incomplete')],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input + usage.output,
    },
  });
}

export const openaiResponses: Dialect = {
  read(body) {
    const input = body['input'];
    const messages = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : readMessages(input);
    const instructions = body['instructions'];
    return {
      model: String(body['model']),
      messages: typeof instructions === 'string' ? [{ role: 'system', content: instructions }, ...messages] : messages,
      isStream: body['stream'] === true,
      wantsUsage: true,
    };
  },
  open(asked) {
    const response = responseOf(asked, 'in_progress');
    const place = { item_id: ITEM, output_index: 0, content_index: 0 };
    return (
      event('response.created', { response }) +
      event('response.in_progress', { response }) +
      event('response.output_item.added', { output_index: 0, item: itemOf('', 'in_progress') }) +
      event('response.content_part.added', { ...place, part: { type: 'output_text', text: '', annotations: [] } })
    );
  },
  delta: (piece) =>
    event('response.output_text.delta', {
      item_id: ITEM,
      output_index: 0,
      content_index: 0,
      delta: piece,
      logprobs: [],
    }),
  close(whole, asked) {
    const place = { item_id: ITEM, output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: whole.text, annotations: [] };
    const isWhole = whole.finish === 'stop';
    return (
      event('response.output_text.done', { ...place, text: whole.text }) +
      event('response.content_part.done', { ...place, part }) +
      event('response.output_item.done', {
        output_index: 0,
        item: itemOf(whole.text, isWhole ? 'completed' : 'incomplete'),
      }) +
      event(isWhole ? 'response.completed' : 'response.incomplete', { response: ended(whole, asked) })
    );
  },
  whole: ended,
  failure: (failure) => openaiChat.failure(failure),
  failing: ({ code, message }) => event('error', { code, message, param: null }),
};
