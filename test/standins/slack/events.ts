/** The events that the workspace tells the app of: those that its manifest asks for. */
import type { Deliverer, Delivery } from './deliver.ts';
import type { Manifest } from './manifest.ts';
import type { Bot, Channel, SlackMessage, World } from './world.ts';

/** What happens in the workspace. */
export interface Events {
  said(channel: Channel, message: SlackMessage): void;
  changed(channel: Channel, now: SlackMessage, before: SlackMessage): void;
  deleted(channel: Channel, before: SlackMessage): void;
  /** Any event of the app's own, such as `app_home_opened`. */
  other(event: { type: string; [field: string]: unknown }): void;
  /** Brings an event whatever the manifest says. */
  push(event: object): Delivery;
  /** Says that events of the minute that began then (in seconds) were dropped. */
  limited(minute: number): Delivery;
}

const SUBSCRIPTION = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const;

/** What telling of events needs. */
interface EventDeps {
  world: World;
  bot: Bot;
  manifest: Manifest;
  deliverer: Deliverer;
  /** There are too many events: nobody is told of one. */
  isDropping: () => boolean;
}

export function createEvents({ world, bot, manifest, deliverer, isDropping }: EventDeps): Events {
  const wanted = new Set(manifest.settings.event_subscriptions.bot_events);
  let count = 0;

  const around = { token: 'standin', team_id: world.teamId, api_app_id: bot.appId };

  const push = (event: object): Delivery => {
    const payload = {
      ...around,
      event,
      type: 'event_callback',
      event_id: `Ev${String((count += 1)).padStart(8, '0')}`,
      event_time: Math.floor(Number((event as { event_ts?: string }).event_ts ?? 0)),
      authorizations: [{ team_id: world.teamId, user_id: bot.userId, is_bot: true, is_enterprise_install: false }],
    };
    if (isDropping()) return { kind: 'events_api', payload, attempts: 0, state: 'lost' };
    return deliverer.bring('events_api', payload);
  };

  const tell = (channel: Channel, event: object): void => {
    if (!channel.members.has(bot.userId) || !wanted.has(`message.${SUBSCRIPTION[channel.kind]}`)) return;
    push({ type: 'message', ...event, channel: channel.id, channel_type: channel.kind });
  };

  return {
    push,
    limited: (minute) =>
      deliverer.bring('events_api', { ...around, type: 'app_rate_limited', minute_rate_limited: minute }),
    said(channel, message) {
      const { metadata: _, ...shown } = message;
      tell(channel, { ...shown, event_ts: message.ts });
      const mentionsUs = message.text.includes(`<@${bot.userId}>`) && message.user !== bot.userId;
      if (!mentionsUs || channel.kind === 'im' || !channel.members.has(bot.userId) || !wanted.has('app_mention'))
        return;
      const { subtype: _subtype, ...mention } = shown;
      push({ ...mention, type: 'app_mention', channel: channel.id, event_ts: message.ts });
    },
    changed(channel, now, before) {
      const ts = world.nextTs();
      tell(channel, {
        subtype: 'message_changed',
        hidden: true,
        message: now,
        previous_message: before,
        ts,
        event_ts: ts,
      });
    },
    deleted(channel, before) {
      const ts = world.nextTs();
      const event = { hidden: true, deleted_ts: before.ts, previous_message: before, ts, event_ts: ts };
      tell(channel, { subtype: 'message_deleted', ...event });
    },
    other(event) {
      if (wanted.has(event.type)) push({ ...event, event_ts: world.nextTs() });
    },
  };
}
