/** Events as the child tells them. */

export const ME = { phone: '491700000001@c.us', lid: '1001@lid' };
export const PAULA = { phone: '491700000002@c.us', lid: '1002@lid', name: 'Paula' };
const PEOPLE = { [PAULA.phone]: PAULA, [PAULA.lid]: PAULA, [ME.phone]: ME, [ME.lid]: ME };
/** When it was said, in seconds. */
export const T = 1_790_000_000;

export interface Fields {
  remote?: string;
  fromMe?: boolean;
  id?: string;
  [field: string]: unknown;
}

/** A message of Paula's, but for what is said otherwise. */
export function eventOf({ remote = PAULA.phone, fromMe = false, id = 'A1', ...fields }: Fields): object {
  const key = { id, fromMe, remote, _serialized: `${fromMe}_${remote}_${id}` };
  const message = { id: key, type: 'chat', t: T, body: 'Hello', notifyName: 'Paula', ...fields };
  return { event: 'message', me: ME, title: '', people: PEOPLE, message };
}
