/** The manifest that people paste: it asks for what the adapter uses, and for nothing else. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { filesOf, textOf } from '#test/project.ts';
import { readManifest, scopesOf } from '#test/standins/slack/manifest.ts';

const manifest = readManifest();
const scopes = new Set(manifest.oauth_config.scopes.bot);
const code = filesOf('adapters/slack/**/*.ts').map(textOf).join('\n');

/** The methods that the adapter calls. */
const methods = [...new Set([...code.matchAll(/\bweb\.((?:\w+\.)+\w+)\(/g)].map(([, name = '']) => name))];
const KINDS = ['channel', 'group', 'im', 'mpim'] as const;

/** What is needed without a method: events, commands, and the files that come with messages. */
const FOR_EVENTS = ['app_mentions:read', 'commands', 'files:read'];

test('each method that is called may be called, in every kind of chat', () => {
  assert.ok(methods.includes('chat.postMessage') && methods.length > 8, methods.join(' '));
  const needed = methods.flatMap((method) => KINDS.map((kind) => [method, scopesOf(method, kind)] as const));
  const missing = needed.filter(([, wanted]) => !wanted || wanted.some((scope) => !scopes.has(scope)));
  assert.deepEqual(missing, []);
});

test('no scope is asked for that nothing needs', () => {
  const used = new Set([
    ...methods.flatMap((method) => KINDS.flatMap((kind) => scopesOf(method, kind) ?? [])),
    ...FOR_EVENTS,
  ]);
  assert.deepEqual(
    [...scopes].filter((scope) => !used.has(scope)),
    [],
  );
});

test('the events that are read are asked for, and Socket Mode, buttons and the command are on', () => {
  const { settings, features } = manifest;
  assert.deepEqual(settings.event_subscriptions.bot_events.toSorted(), [
    'app_home_opened',
    'app_mention',
    'message.channels',
    'message.groups',
    'message.im',
    'message.mpim',
  ]);
  for (const type of ['app_home_opened', 'app_mention', 'message']) assert.match(code, new RegExp(`'${type}'`));
  assert.deepEqual([settings.socket_mode_enabled, settings.interactivity.is_enabled], [true, true]);
  assert.deepEqual(
    features.slash_commands.map(({ command }) => command),
    ['/pantheon'],
  );
});
