/** The beginning of the reference: what one does with the API, in the order in which one does it. CommonMark. */

/** The examples of the published documents. */
const START = {
  title: 'Testing you',
  inlanguage: 'hausa',
  outputlanguage: 'english',
  responsetype: 'text',
  agentId: '',
  stream: false,
  save: true,
  message: 'Hello Bro',
  messagetype: 'text',
};
const CONTINUE = { messages: [{ message: 'What can you do for me?', messagetype: 'text', owner: 'user' }] };

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const call = (method: string, path: string, body?: unknown): string =>
  [
    '```http',
    `${method} ${path}`,
    ...(body === undefined ? [] : ['Content-Type: application/json', '', json(body)]),
    '```',
  ].join('\n');

/** The guide. */
export const GUIDE = `\
One conversation with one AI follows a person over every messaging app, a web page and this API, without losing any history.

## Start a conversation, continue it, fetch it
On the machine that Pantheon runs on, no keys are needed: try it as it stands.

### 1. Start
${call('POST', '/conversation/new', START)}

The answer is the conversation, with the person's message and the machine's. Conversations are kept only if \`save\` says so: without it the answer is given and forgotten. With \`"stream": true\` the answer comes while it is being written, as server-sent events.

### 2. Continue
${call('POST', '/conversation/{id}', CONTINUE)}

\`messages\` has the newest on top. Send the whole list or only what is new: entries that are stored already are recognised. Language, response type and agent may change from one call to the next.

### 3. Fetch
${call('GET', '/conversations')}

lists what is saved, whichever app it happened in, and \`GET /conversation/{id}\` gives one with all its messages. What was said on Telegram is there too: it is the same conversation.

## Keys
Send a pair in the headers \`apiKey\` and \`secret\`, or as HTTP Basic. Its scope says what it opens: \`person\`, one person's own history; \`app\`, the people whom your application names by its own ids in the header \`Pantheon-Person\`; \`admin\`, everything. A caller on the machine itself, straight and not through a proxy, needs none and is the person who sits there. Somebody else's thing is answered exactly like one that is not there: 404.

## Errors
Every error is \`application/problem+json\`: \`code\` is for programs, \`detail\` for people, and \`errors\` names each field that cannot be taken by a JSON Pointer in your own spelling. A 429 or 503 says in \`Retry-After\` when to come back.

## Lists
Lists have \`limit\` (1 to 200, 50 if you do not say), and go on by cursor: \`next\` of an answer is the \`after\` of the next request, \`previous\` is its \`before\`. The \`Link\` header says the same.

## Doing it once
A request that creates something may carry an \`Idempotency-Key\`. Repeated under the same key within 24 hours, it is not carried out again: you get the first answer, with \`Idempotency-Replayed: true\`.
`;
