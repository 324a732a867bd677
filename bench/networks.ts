/** Every messaging app besides Telegram: a stand-in for each, and what configures it. */
import { findBrowser } from '#adapters/whatsapp/browser.ts';
import { startDiscord } from '#test/standins/discord/index.ts';
import { startSlack } from '#test/standins/slack/index.ts';
import { startWhatsapp } from '#test/standins/whatsapp/index.ts';

export interface Networks {
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts them. WhatsApp needs a Chromium: throws with what to install where there is none. */
export async function startNetworks(): Promise<Networks> {
  const browser = findBrowser(process.env);
  const [slack, discord, whatsapp] = await Promise.all([startSlack(), startDiscord(), startWhatsapp()]);
  return {
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      WHATSAPP_ENABLED: 'true',
      WHATSAPP_BROWSER_PATH: browser,
      WHATSAPP_BROWSER_ARGS: JSON.stringify(whatsapp.browserArgs),
    },
    async stop() {
      await Promise.all([slack.stop(), discord.stop(), whatsapp.stop()]);
    },
  };
}
