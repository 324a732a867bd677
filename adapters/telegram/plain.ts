/** Telegram's HTML as plain text, for when its markup was not understood. Pure. */

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function decode(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
  const isHex = name[1] === 'x' || name[1] === 'X';
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** Takes the tags away and decodes the entities, those four that Telegram knows and numbers. */
export function toPlainText(html: string): string {
  return html
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '')
    .replaceAll(/&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-z]+);/g, (whole: string, name: string) => decode(whole, name));
}
