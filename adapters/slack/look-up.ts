/** Looking whether a message arrived whose sending ended in silence. */
import type { Channel } from '#src/channel.ts';
import { UnavailableError } from '#src/errors.ts';
import type { SlackApi } from './api.ts';
import { pagesOf, timestampOf } from './history.ts';
import { hasKey } from './key.ts';

/** Our clock may differ from Slack's by as much. */
const CLOCKS_MS = 60_000;
/** What is not there so long after it was sent will not come any more. */
const SETTLED_MS = 10_000;
/** A request that was cut off does not lie around for longer. */
const LATEST_MS = 10 * 60_000;
const MOST_PAGES = 5;

function undecided(why: string): UnavailableError {
  return new UnavailableError(`Whether the message arrived cannot be told: ${why}.`, {
    certain: true,
    code: 'undecided',
  });
}

/** Makes `Channel.lookUp`: reads what was said in the chat around that time, and finds the part by its key. */
export function createLookUp(api: SlackApi, now: () => Date): NonNullable<Channel['lookUp']> {
  return async ({ chat, key }, sentAt, signal) => {
    const at = sentAt.getTime();
    const isSettled = now().getTime() >= at + SETTLED_MS;
    const stretch = {
      channel: chat.externalId,
      ...(chat.threadId !== '' && { thread: chat.threadId }),
      oldest: timestampOf(new Date(at - CLOCKS_MS)),
      latest: timestampOf(new Date(at + LATEST_MS)),
    };
    let pages = 0;
    for await (const page of pagesOf(api, stretch, signal)) {
      const ours = page.find((message) => hasKey(message, key));
      if (ours?.ts) return { externalId: ours.ts };
      pages += 1;
      if (pages === MOST_PAGES) throw undecided('too much was said since');
    }
    if (!isSettled) throw undecided('it may still be on its way');
    return 'absent';
  };
}
