/** Writing first: the direct chat with a number. */
import type { Channel } from '#src/channel.ts';
import { RejectedError } from '#src/errors.ts';
import { ACCOUNT } from './normalize/people.ts';

/** A number as people write it, with its country code, or an id of WhatsApp's own. */
const NUMBER = /^\+?[\d\s()-]{7,24}$/;
const ID = /^\d+@(c\.us|lid)$/;

function idOf(written: string): string {
  if (ID.test(written)) return written;
  const digits = written.replaceAll(/\D/g, '');
  if (NUMBER.test(written) && digits.length >= 7 && digits.length <= 15) return `${digits}@c.us`;
  throw new RejectedError('chat_not_found', 'That is no phone number with its country code, such as +49 170 1234567.');
}

/** `Channel.openDirect`. Nothing is asked of WhatsApp: whether the number is there turns out when something is said. */
export const openDirect: NonNullable<Channel['openDirect']> = async (written) => {
  const externalId = idOf(written);
  return {
    from: { externalIds: [externalId], realm: '', name: '' },
    chat: { account: ACCOUNT, externalId, threadId: '', kind: 'direct' },
  };
};
