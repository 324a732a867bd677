/** What was said in a channel or thread, page by page. */
import type { webApi } from '@slack/bolt';
import type { SlackApi } from './api.ts';
import { within } from '#src/waiting.ts';

type Page = webApi.ConversationsHistoryResponse | webApi.ConversationsRepliesResponse;
type Messages = NonNullable<Page['messages']>;

/** One message of the history. */
export type PastMessage = Messages[number] & { ts?: string; thread_ts?: string; latest_reply?: string };

/** Where to look, and how far back. */
export interface Stretch {
  channel: string;
  /** Absent: the channel itself, without what was said in its threads. */
  thread?: string;
  /** Times of Slack. */
  oldest?: string;
  latest?: string;
}

const PAGE = 200;
const DEADLINE_MS = 20_000;

/** A moment as a time of Slack. */
export function timestampOf(date: Date): string {
  return (date.getTime() / 1000).toFixed(6);
}

/** The pages of a stretch: of a channel the newest first, of a thread the oldest. Each is one call. */
export async function* pagesOf(api: SlackApi, stretch: Stretch, signal: AbortSignal): AsyncGenerator<PastMessage[]> {
  const { channel, thread, oldest, latest } = stretch;
  const asked = {
    channel,
    limit: PAGE,
    inclusive: true,
    include_all_metadata: true,
    ...(oldest !== undefined && { oldest }),
    ...(latest !== undefined && { latest }),
  };
  let cursor = '';
  do {
    const place = cursor === '' ? asked : { ...asked, cursor };
    const page: Page = await api(within(DEADLINE_MS, signal), (web) =>
      thread === undefined ? web.conversations.history(place) : web.conversations.replies({ ...place, ts: thread }),
    );
    yield page.messages ?? [];
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
}
