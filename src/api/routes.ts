/** Every route of the API, one line per file of them. */
import { createAgentRoutes } from './agents.ts';
import { createChannels } from './channels.ts';
import { createConversations } from './conversations.ts';
import type { ApiDeps } from './deps.ts';
import { createHealth } from './health.ts';
import { createJobs } from './jobs.ts';
import { createApps } from './documented/apps.ts';
import { createThread } from './documented/thread.ts';
import { createKeys } from './keys.ts';
import { createLiveView } from './live-view.ts';
import { createMessages } from './messages.ts';
import type { Route } from './route.ts';

/** Makes them. The OpenAPI document is written from the same list. */
export function createRoutes(deps: ApiDeps): Route[] {
  // In this order they stand in the reference.
  return [
    ...createThread(deps),
    ...createApps(deps),
    ...createConversations(deps),
    ...createLiveView(deps),
    ...createMessages(deps),
    ...createAgentRoutes(deps),
    ...createKeys(deps),
    ...createJobs(deps),
    ...createChannels(deps),
    ...createHealth(deps),
  ];
}
