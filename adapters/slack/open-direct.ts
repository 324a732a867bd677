/** Our direct chat with somebody whom we know by their member id, and who may never have written to us. */
import type { Channel } from '#src/channel.ts';
import type { SlackApi } from './api.ts';
import { unanswered } from './errors.ts';
import type { SelfKnowledge } from './self.ts';

/** Makes `Channel.openDirect`: Slack opens the chat, or gives the one that there is. */
export function createOpenDirect(api: SlackApi, self: SelfKnowledge): NonNullable<Channel['openDirect']> {
  return async (users, signal) => {
    const { account, teamId } = self.known() ?? (await self.learn(signal));
    const { channel } = await api(signal, (web) => web.conversations.open({ users }));
    if (!channel?.id) throw unanswered('conversations.open', new Error('The chat is not named.'));
    return { chat: { account, externalId: channel.id, threadId: '', kind: 'direct' }, realm: teamId };
  };
}
