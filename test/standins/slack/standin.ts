/** The outside of the Slack stand-in: what a test does as people and reads of the app. */
import type { Standin } from '../standin.ts';
import type { Delivery } from './deliver.ts';
import type { Fault } from './faults.ts';
import type { Limits } from './limits.ts';
import type { Manifest } from './manifest.ts';
import type { Call, Records, Sent } from './record.ts';
import type { Sockets } from './socket.ts';
import type { Bot, Channel, Member, SlackMessage } from './world.ts';

/** Settings of a stand-in; all have defaults. */
export interface SlackOptions {
  botToken?: string;
  appToken?: string;
  signingSecret?: string;
  manifest?: Manifest;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** The waits before an event is brought again; Slack's own by default: at once, after one and after five minutes. */
  retryMs?: readonly number[];
  /** How soon the app must acknowledge. */
  ackWithinMs?: number;
}

/** Any fields of a message, in the direct chat with the app unless another channel is named. */
export interface SayFields {
  from: Member;
  in?: Channel;
  /** The message whose thread it is said in. */
  thread?: SlackMessage;
  text?: string;
  [field: string]: unknown;
}

/** Slack for one app in one workspace. It has no `limits` until they are set. */
export interface SlackStandin extends Standin<Call, Fault, Limits>, Readonly<Records> {
  /** Ends in `/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly teamId: string;
  readonly bot: Bot;
  readonly sockets: Pick<Sockets, 'open' | 'count' | 'greeted' | 'refresh' | 'cut' | 'mute' | 'setGreeting'>;
  /** Where events go over HTTP; `undefined`: Socket Mode. */
  requestUrl: string | undefined;
  /** There are more events than Slack brings in an hour: it drops them (docs.slack.dev/reference/events/app_rate_limited). */
  isDropping: boolean;

  person(fields?: Partial<Member>): Member;
  /** A channel, with the app in it unless `hasBot` is false. */
  channel(fields: Partial<Pick<Channel, 'kind' | 'name' | 'id'>> & { with?: Member[]; hasBot?: boolean }): Channel;
  /** The direct chat of somebody with the app, or with somebody else. */
  direct(one: Member, other?: Member): Channel;
  say(fields: SayFields): SlackMessage;
  edit(message: SlackMessage, text: string): void;
  /** Slack adds a link's preview to a message. */
  unfurl(message: SlackMessage): void;
  /** Takes a message back; one with replies becomes a tombstone. */
  remove(message: SlackMessage): void;
  openHome(person: Member): void;
  command(fields: { from: Member; in?: Channel; command?: string; text?: string }): Delivery;
  press(payload: object): Delivery;
  join(person: Member, channel: Channel): void;
  /** Brings any event, whatever the manifest says. */
  push(event: object): Delivery;
  /** Tells the app that events were dropped in the minute that began then, in seconds since the epoch. */
  tellLimited(minute: number): Delivery;
  /** Brings an event once more that was brought before. */
  redeliver(delivery: Delivery): Delivery;

  /** Everything that was brought to the app, or tried to. */
  readonly deliveries: readonly Delivery[];
  sentTo(channel: Channel): Sent[];
  /** A token is taken away. */
  revoke(token: 'bot' | 'app'): void;
}
