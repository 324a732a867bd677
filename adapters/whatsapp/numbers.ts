/** Phone numbers as people write them, and as WhatsApp has them. */

/**
 * Where one number is written in two ways: countries changed theirs, and WhatsApp kept the old ones of those who were
 * there. https://faq.whatsapp.com (adding international phone numbers): Mexico's 1, Argentina's 9; in Brazil a ninth digit,
 * before mobile numbers only, whose old ones began with 6 to 9: a landline with a 9 before it is somebody else.
 */
const WAYS: readonly [way: RegExp, other: string][] = [
  [/^521(\d{10})$/, '52$1'],
  [/^52(\d{10})$/, '521$1'],
  [/^549(\d{10})$/, '54$1'],
  [/^54(\d{10})$/, '549$1'],
  [/^55(\d{2})9([6-9]\d{7})$/, '55$1$2'],
  [/^55(\d{2})([6-9]\d{7})$/, '55$19$2'],
];

/** All ways to write a number, which has its country code and nothing but digits. */
export function spellingsOf(number: string): string[] {
  return [number, ...WAYS.filter(([way]) => way.test(number)).map(([way, other]) => number.replace(way, other))];
}
