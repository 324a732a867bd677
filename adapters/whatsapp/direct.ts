/** Writing first: the direct chat with a number. */
import type { Channel } from '#src/channel.ts';
import { RejectedError } from '#src/errors.ts';
import type { Access } from './config.ts';
import { ACCOUNT } from './normalize/people.ts';
import { type Ask, within } from './send.ts';

/** A number as people write it, with its country code, or an id of WhatsApp's own. */
const NUMBER = /^\+?[\d\s()-]{7,24}$/;
const ID = /^\d+@(c\.us|lid)$/;

function idOf(written: string): string {
  if (ID.test(written)) return written;
  const digits = written.replaceAll(/\D/g, '');
  if (NUMBER.test(written) && digits.length >= 7 && digits.length <= 15) return `${digits}@c.us`;
  throw new RejectedError('chat_not_found', 'That is no phone number with its country code, such as +49 170 1234567.');
}

/**
 * Makes `Channel.openDirect`. WhatsApp is asked how it has the number, as it may be written in several ways, and answers
 * come under its own. Who cannot ask now takes it as it is written: whether it is there turns out when something is said.
 */
export function createOpenDirect(ask: Ask, { to }: Access): NonNullable<Channel['openDirect']> {
  const asWhatsappHasIt = async (id: string, signal: AbortSignal): Promise<string> => {
    // Where nobody else is written to, nobody is looked up.
    if (to === 'self' || !id.endsWith('@c.us')) return id;
    try {
      const { found } = await ask('number', { id }, within(signal));
      return found?.endsWith('@c.us') ? found : id;
    } catch {
      return id;
    }
  };
  return async (written, signal) => {
    const externalId = await asWhatsappHasIt(idOf(written), signal);
    return {
      from: { externalIds: [externalId], realm: '', name: '' },
      chat: { account: ACCOUNT, externalId, threadId: '', kind: 'direct' },
    };
  };
}
