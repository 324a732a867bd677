/** Names of agents: what two of them cannot share, and how they are told from ids and numbers. Pure. */

const ID = /^agt_/i;
const NUMBER = /^[1-9]\d{0,8}$/;

/** What somebody calls an agent by: its id, its number in the order of creation, or its name. */
export type Reference = { id: string } | { number: number } | { key: string };

/** Reads a reference. */
export function readReference(text: string): Reference {
  if (ID.test(text)) return { id: text.toLowerCase() };
  return NUMBER.test(text) ? { number: Number(text) } : { key: nameKey(text) };
}

/** Why this can be no name; `undefined`: it can. A name is never mistaken for an id or a number. */
export function nameProblem(name: string): string | undefined {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return 'must be one line';
  if (/^\d+$/.test(name)) return 'must not be a number: agents have numbers besides';
  return ID.test(name) ? 'must not begin as an id does' : undefined;
}

/** What no two agents share: names that differ only in case, spaces or form are one. */
export function nameKey(name: string): string {
  return `name:${name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()}`;
}
