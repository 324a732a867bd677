/** Telling Telegram where to bring updates, and looking now and then whether it still does. */
import type { Logger } from '#src/log.ts';
import type { TelegramApi } from './api.ts';
import { within } from './api.ts';
import type { Round } from './keep-up.ts';
import { UPDATE_KINDS } from './normalize/schema.ts';

const DEADLINE_MS = 10_000;
const LOOK_AGAIN_MS = 60_000;

/** What the registration needs. */
export interface WebhookDeps {
  api: TelegramApi;
  publicUrl: string;
  secret: string;
  log: Logger;
}

/**
 * Makes the round that keeps the webhook registered. The first always tells Telegram, because the secret cannot be
 * read back and may have changed; a later one only when another program has put its own address there.
 */
export function createRegistration({ api, publicUrl, secret, log }: WebhookDeps): Round {
  const url = `${publicUrl}/webhooks/telegram`;
  let isRegistered = false;
  let lastErrorAt: number | undefined;
  return async (signal) => {
    const info = isRegistered ? await api.getWebhookInfo(within(DEADLINE_MS, signal)) : undefined;
    if (info?.last_error_date !== undefined && info.last_error_date !== lastErrorAt) {
      lastErrorAt = info.last_error_date;
      log.warn(
        { waiting: info.pending_update_count, error: info.last_error_message },
        'telegram: updates could not be brought to PUBLIC_URL',
      );
    }
    if (info?.url !== url) {
      if (info) log.warn({}, 'telegram: another program took the webhook away; it is set again');
      const choice = { secret_token: secret, allowed_updates: UPDATE_KINDS, drop_pending_updates: false };
      await api.setWebhook(url, choice, within(DEADLINE_MS, signal));
      isRegistered = true;
    }
    return LOOK_AGAIN_MS;
  };
}
