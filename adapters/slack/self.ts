/** Who we are on Slack: the member by whom people mention us, and the workspace whose ids we meet. */
import type { SlackApi } from './api.ts';
import { within } from '#src/waiting.ts';
import { unanswered } from './errors.ts';

const DEADLINE_MS = 10_000;

/** Our own app in its workspace. */
export interface Self {
  account: string;
  userId: string;
  teamId: string;
  name: string;
}

/** What is known of ourselves. */
export interface SelfKnowledge {
  /** Absent until Slack has said it once. */
  known(): Self | undefined;
  /** Asks Slack, every time. Throws what any call does. */
  learn(signal?: AbortSignal): Promise<Self>;
}

/** Makes the memory of who we are; `auth.test` is also what tells whether the token is good. */
export function createSelf(api: SlackApi, account: string): SelfKnowledge {
  let self: Self | undefined;
  return {
    known: () => self,
    async learn(signal) {
      const { user_id, team_id, user } = await api(within(DEADLINE_MS, signal), (web) => web.auth.test());
      if (!user_id || !team_id) throw unanswered('auth.test', new Error('No bot is named.'));
      self = { account, userId: user_id, teamId: team_id, name: user ?? '' };
      return self;
    },
  };
}
