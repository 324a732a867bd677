/** What Slack reads into a text: mentions that notify, and labels that hide where they lead. */

const SPECIAL = /<[@#!][^>\n]*>|<[^<>\n|]+\|[^<>\n]*>/g;

/** All such pieces of a text; entities (`&lt;`) are none. */
export function findSpecials(text: string): string[] {
  return text.match(SPECIAL) ?? [];
}
