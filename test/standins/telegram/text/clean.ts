/** What Telegram does to the characters of a text before it looks at anything else. */
import { badRequest } from '../api-error.ts';

/**
 * Control characters become blanks; carriage returns and the marks that turn or break lines (U+2028 to U+202E)
 * go. Throws 400 for half a surrogate pair.
 */
export function clean(text: string): string {
  if (!text.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\r\u2028-\u202E]/g, '').replaceAll(/[\0-\t\v\f\u000E-\u001F]/g, ' ');
}
