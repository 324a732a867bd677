/** Every route of the API, one line per file of them. */
import { createChannels } from './channels.ts';
import { createConversations } from './conversations.ts';
import type { ApiDeps } from './deps.ts';
import { createHealth } from './health.ts';
import { createJobs } from './jobs.ts';
import { createApps } from './documented/apps.ts';
import { createThread } from './documented/thread.ts';
import type { Route } from './route.ts';

/** Makes them. The OpenAPI document is written from the same list. */
export function createRoutes(deps: ApiDeps): Route[] {
  return [
    ...createHealth(deps),
    ...createConversations(deps),
    ...createJobs(deps),
    ...createChannels(deps),
    ...createThread(deps),
    ...createApps(deps),
  ];
}
