/** What we say on Discord: texts, changes of them, and that we are writing. */
import type { Channel, EditPreview, OutboundPart } from '#src/channel.ts';
import type { ChatRef } from '#src/message.ts';
import type { Api } from './api.ts';
import { contentOf, readSent } from './content.ts';
import { isRefused } from './errors.ts';
import type { Interactions } from './interactions.ts';
import type { Echoes } from './nonce.ts';
import { nonceOf } from './nonce.ts';

/** A channel takes 5 edits in 5 s. */
const EDIT_EVERY_MS = 1_200;

/** What is answered, even if it has been deleted: then the answer stands by itself. */
function referenceOf({ replyTo }: OutboundPart): object {
  if (replyTo === undefined) return {};
  return { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
}

const SAY = 'send a message';

/**
 * Makes the plain send, which may be repeated within a minute: Discord gives the first message back for the same nonce
 * (https://docs.discord.com/developers/resources/message#create-message). Where the bot may not read what stands there
 * it may not reply to it either, and then the answer stands by itself.
 */
export function createSay(api: Api, echoes: Echoes): Channel['send'] {
  return async (part, signal) => {
    const nonce = nonceOf(part.key);
    const body = { ...contentOf(part.text), nonce, enforce_nonce: true };
    const route = `/channels/${part.chat.externalId}/messages` as const;
    const post = (reference: object) =>
      api({ what: SAY, method: 'POST', route, body: { ...body, ...reference }, signal });
    const answer = await post(referenceOf(part)).catch((error: unknown) => {
      if (isRefused(error, 'cannot_reply')) return post({});
      throw error;
    });
    const sent = readSent(SAY, answer);
    echoes.note(nonce, sent.externalId);
    return sent;
  };
}

/** Makes `Channel.send`: what answers a command that somebody chose completes that, else it is a message of its own. */
export function createSend(say: Channel['send'], interactions: Interactions, echoes: Echoes): Channel['send'] {
  return async (part, signal) => {
    const completed = await interactions.complete(part, signal);
    if (completed) echoes.note(nonceOf(part.key), completed.externalId);
    return completed ?? say(part, signal);
  };
}

/** Makes `Channel.typing`; Discord shows it for about 10 s. */
export function createTyping(api: Api): NonNullable<Channel['typing']> {
  return async ({ externalId }, signal) => {
    await api({ what: 'show that we are writing', method: 'POST', route: `/channels/${externalId}/typing`, signal });
  };
}

/** Makes `Channel.preview`: an answer is a message that is edited as it grows. */
export function createPreview(api: Api): (chat: ChatRef) => EditPreview {
  return ({ externalId: chat }) => ({
    kind: 'edit',
    everyMs: EDIT_EVERY_MS,
    async edit(externalId, text, signal) {
      const route = `/channels/${chat}/messages/${externalId}` as const;
      await api({ what: 'change a message', method: 'PATCH', route, body: contentOf(text), signal });
    },
    async remove(externalId, signal) {
      const route = `/channels/${chat}/messages/${externalId}` as const;
      try {
        await api({ what: 'take a message back', method: 'DELETE', route, signal });
      } catch (error) {
        if (!isRefused(error, 'message_not_found')) throw error;
      }
    },
  });
}
