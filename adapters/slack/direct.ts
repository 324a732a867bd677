/** Writing first: the direct chat with a member. */
import type { Channel } from '#src/channel.ts';
import type { SlackApi } from './api.ts';
import { unanswered } from './errors.ts';
import { chatOf, senderOf } from './normalize/places.ts';
import type { SelfKnowledge } from './self.ts';

/**
 * Makes `Channel.openDirect`. Slack gives the chat that is there, or a new one, of which its member sees nothing before
 * something is said (https://docs.slack.dev/reference/methods/conversations.open).
 */
export function createOpenDirect(
  api: SlackApi,
  { known, learn }: Pick<SelfKnowledge, 'known' | 'learn'>,
): NonNullable<Channel['openDirect']> {
  return async (user, signal) => {
    const self = known() ?? (await learn(signal));
    const { channel } = await api(signal, (web) => web.conversations.open({ users: user }));
    if (channel?.id === undefined) throw unanswered('conversations.open', new Error('No chat is named.'));
    return { from: senderOf(self, user, {}), chat: chatOf(self, channel.id, '', {}) };
  };
}
