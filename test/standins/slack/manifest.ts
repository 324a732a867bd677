/** What an app is allowed and told, as its manifest says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#test/project.ts';

/** The part of a manifest that Slack acts on. */
export interface Manifest {
  features: { slash_commands: { command: string }[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { bot_events: string[] };
    interactivity: { is_enabled: boolean };
    socket_mode_enabled: boolean;
  };
}

/** The manifest that we give to people. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'adapters/slack/manifest.json'), 'utf8')) as Manifest;
}

/**
 * The scopes that each method needs, one of a line's; of those by kind of channel the one of the channel asked for
 * (docs.slack.dev/reference/methods).
 */
const BY_KIND = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const;

const SCOPES: Readonly<Record<string, { all?: string[]; byKind?: 'history' | 'read' | 'write' }>> = {
  'auth.test': {},
  'apps.connections.open': {},
  'assistant.threads.setStatus': { all: ['chat:write'] },
  'chat.delete': { all: ['chat:write'] },
  'chat.postMessage': { all: ['chat:write'] },
  'chat.update': { all: ['chat:write'] },
  'conversations.history': { byKind: 'history' },
  'conversations.info': { byKind: 'read' },
  'conversations.open': { all: ['im:write'] },
  'conversations.replies': { byKind: 'history' },
  'users.conversations': { all: ['channels:read', 'groups:read', 'im:read', 'mpim:read'] },
  'users.info': { all: ['users:read'] },
};

/** The scopes that a call needs, for a channel of that kind; `undefined`: there is no such method. */
export function scopesOf(method: string, kind: keyof typeof BY_KIND = 'channel'): string[] | undefined {
  const needs = SCOPES[method];
  if (!needs) return undefined;
  return [...(needs.all ?? []), ...(needs.byKind ? [`${BY_KIND[kind]}:${needs.byKind}`] : [])];
}
