/** What people do in the workspace: each of it brings the app the event that Slack would. */
import type { Deliverer } from './deliver.ts';
import type { Events } from './events.ts';
import type { Manifest } from './manifest.ts';
import type { SlackStandin } from './standin.ts';
import type { Bot, SlackMessage, World } from './world.ts';

type People = Pick<
  SlackStandin,
  'person' | 'channel' | 'direct' | 'say' | 'edit' | 'unfurl' | 'remove' | 'openHome' | 'command' | 'press' | 'join'
>;

interface PeopleDeps {
  world: World;
  bot: Bot;
  manifest: Manifest;
  events: Events;
  deliverer: Deliverer;
}

/** The doings of people. */
export function createPeople({ world, bot, manifest, events, deliverer }: PeopleDeps): People {
  const channelOf = (message: SlackMessage) => {
    const found = [...world.channels.values()].find(({ messages }) => messages.get(message.ts) === message);
    if (!found) throw new Error('This message is in no channel.');
    return found;
  };
  let triggers = 0;
  const triggerId = (): string => `${(triggers += 1)}.2.standin`;

  return {
    person: (fields) => world.person(fields),
    channel({ with: people = [], hasBot = true, ...fields }) {
      const members = new Set([...people.map(({ id }) => id), ...(hasBot ? [bot.userId] : [])]);
      return world.channel({ kind: 'channel', ...fields, members });
    },
    direct: (one, other) => world.direct(one.id, other?.id ?? bot.userId),
    say({ from, in: place, thread, text = '', ...fields }) {
      const channel = place ?? world.direct(from.id, bot.userId);
      channel.members.add(from.id);
      const message: SlackMessage = {
        type: 'message',
        ts: world.nextTs(),
        user: from.id,
        text,
        team: world.teamId,
        client_msg_id: crypto.randomUUID(),
        ...(thread && { thread_ts: thread.ts }),
        ...fields,
      };
      world.keep(channel, message);
      events.said(channel, message);
      return message;
    },
    edit(message, text) {
      const channel = channelOf(message);
      const before = { ...message };
      Object.assign(message, { text, edited: { user: String(message.user), ts: world.nextTs() } });
      events.changed(channel, { ...message }, before);
      const isNew = text.includes(`<@${bot.userId}>`) && !before.text.includes(`<@${bot.userId}>`);
      if (isNew && channel.kind !== 'im') events.push({ ...message, type: 'app_mention', channel: channel.id });
    },
    unfurl(message) {
      const before = { ...message };
      message.attachments = [{ from_url: 'https://a.example/', text: 'a preview', id: 1 }];
      events.changed(channelOf(message), { ...message }, before);
    },
    remove(message) {
      const channel = channelOf(message);
      const before = { ...message };
      if (message.reply_count === undefined) {
        channel.messages.delete(message.ts);
        events.deleted(channel, before);
        return;
      }
      const text = 'This message was deleted.';
      Object.assign(message, { subtype: 'tombstone', text, user: 'USLACKBOT', hidden: true });
      events.changed(channel, { ...message }, before);
    },
    openHome(person) {
      const { id: channel } = world.direct(person.id, bot.userId);
      events.other({ type: 'app_home_opened', user: person.id, channel, tab: 'messages' });
    },
    command({ from, in: place, command = '/pantheon', text = '' }) {
      if (!manifest.features.slash_commands.some((one) => one.command === command)) {
        throw new Error(`Slack knows no command ${command}.`);
      }
      const channel = place ?? world.direct(from.id, bot.userId);
      return deliverer.bring('slash_commands', {
        token: 'standin',
        team_id: world.teamId,
        team_domain: 'standin',
        channel_id: channel.id,
        channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
        user_id: from.id,
        user_name: from.name,
        command,
        text,
        api_app_id: bot.appId,
        is_enterprise_install: 'false',
        response_url: 'https://hooks.slack.com/commands/standin',
        trigger_id: triggerId(),
      });
    },
    press(payload) {
      return deliverer.bring('interactive', { type: 'block_actions', trigger_id: triggerId(), ...payload });
    },
    join(person, channel) {
      channel.members.add(person.id);
      const text = `<@${person.id}> has joined the channel`;
      const message: SlackMessage = {
        type: 'message',
        subtype: 'channel_join',
        ts: world.nextTs(),
        user: person.id,
        text,
      };
      events.said(channel, world.keep(channel, message));
    },
  };
}
