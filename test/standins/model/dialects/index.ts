/** Which format a path speaks. */
import { anthropic } from './anthropic.ts';
import type { Dialect } from './dialect.ts';
import { google } from './google.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

const DIALECTS: readonly [path: RegExp, dialect: Dialect][] = [
  [/\/chat\/completions$/, openaiChat],
  [/\/responses$/, openaiResponses],
  [/\/messages$/, anthropic],
  [/\/models\/[^/]+:(?:stream)?generateContent$/i, google],
];

/** The format of the path; `undefined` when no model is asked there. */
export function dialectOf(path: string): Dialect | undefined {
  return DIALECTS.find(([pattern]) => pattern.test(path))?.[1];
}
