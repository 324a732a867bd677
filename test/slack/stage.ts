/** A stage on which the product also speaks Slack. */
import type { TestContext } from 'node:test';
import type { Product } from '#test/product/product.ts';
import { openStage, type Stage, type StageOptions } from '#test/product/stage.ts';
import { startSlack, type SlackOptions, type SlackStandin } from '#test/standins/slack/index.ts';
import { envOf } from './app.ts';

/** A place in which the app speaks. */
export type Place = ReturnType<SlackStandin['direct']>;

export interface SlackStage extends Stage {
  slack: SlackStandin;
  /** What the app's messages in the place say now, in order. */
  read: (place: Place) => string[];
  /** The marks (`m1`, `m2` …) in what was answered there, in order. */
  marksIn: (place: Place) => string[];
  /** Starts one more process, and resolves when the app is connected. */
  connect: (env?: Record<string, string>) => Promise<Product>;
}

/** Opens it, without Telegram; all is taken down after the test. */
export async function openSlackStage(
  t: TestContext,
  { slack: options, ...rest }: StageOptions & { slack?: SlackOptions } = {},
): Promise<SlackStage> {
  const slack = await startSlack(options);
  t.after(() => slack.stop());
  const own = Object.entries(envOf(slack)).map(([name, value]) => [name, value ?? '']);
  const env = { ...Object.fromEntries(own), TELEGRAM_BOT_TOKEN: '', SLACK_CHAT_RATE: '100', ...rest.env };
  const stage = await openStage(t, { ...rest, env });
  const read = ({ messages }: Place): string[] =>
    [...messages.values()].flatMap(({ user, text }) => (user === slack.bot.userId ? [text] : []));
  return {
    ...stage,
    slack,
    read,
    marksIn: (place) => read(place).flatMap((text) => text.match(/\bm\d+\b/g) ?? []),
    async connect(more) {
      const { greeted } = slack.sockets;
      const product = await stage.start(more);
      await slack.waitFor(({ sockets }) => sockets.greeted > greeted && sockets.count > 0);
      return product;
    },
  };
}
