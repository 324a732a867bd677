/** How the bot gets its updates: asked for, or pushed to its address. */
import type { WebhookInfo } from 'grammy/types';
import { badRequest, conflict } from '../api-error.ts';
import { asText } from '../payload.ts';
import type { Method, MethodCall, Platform } from '../platform.ts';

const LONGEST_POLL_S = 50;
const LARGEST_BATCH = 100;

function clamp(value: unknown, least: number, most: number, otherwise: number): number {
  const number = Math.trunc(Number(value ?? otherwise));
  return Number.isNaN(number) ? otherwise : Math.min(most, Math.max(least, number));
}

/** Absent leaves the setting as it was. */
function allow({ queue }: Platform, { payload }: MethodCall): void {
  const kinds = payload['allowed_updates'];
  if (Array.isArray(kinds)) queue.allow(kinds.map(String));
}

function getUpdates(platform: Platform, call: MethodCall): Promise<unknown> {
  if (platform.webhook.state.settings) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  allow(platform, call);
  return platform.polls.poll({
    offset: Math.trunc(Number(call.payload['offset'] ?? 0)),
    limit: clamp(call.payload['limit'], 1, LARGEST_BATCH, LARGEST_BATCH),
    timeoutMs: clamp(call.payload['timeout'], 0, LONGEST_POLL_S, 0) * 1000,
    onHangUp: call.onHangUp,
  });
}

function checkSecret(secret: unknown): string | undefined {
  if (secret === undefined || secret === '') return undefined;
  if (typeof secret !== 'string' || !/^[\w-]{1,256}$/.test(secret)) {
    throw badRequest('secret token contains unallowed characters');
  }
  return secret;
}

function setWebhook(platform: Platform, call: MethodCall): true {
  const { payload } = call;
  const url = asText(payload['url']);
  // Plain HTTP is taken, as a Bot API server of one's own takes it, so that a test can have the pushes on the loopback.
  if (url !== '' && !/^https?:\/\/\S+$/.test(url)) throw badRequest('bad webhook: invalid URL specified');
  const secret = checkSecret(payload['secret_token']);
  if (payload['drop_pending_updates'] === true) platform.queue.clear();
  allow(platform, call);
  platform.polls.cut('terminated by setWebhook request');
  const maxConnections = clamp(payload['max_connections'], 1, 100, 40);
  platform.webhook.set(url === '' ? undefined : { url, secret, maxConnections });
  return true;
}

export const updateMethods: Record<string, Method> = {
  getUpdates,
  setWebhook,
  deleteWebhook: (platform, call) => setWebhook(platform, { ...call, payload: { ...call.payload, url: '' } }),
  getWebhookInfo({ webhook, queue }): WebhookInfo {
    const { settings, lastError, lastErrorAt } = webhook.state;
    return {
      url: settings?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: queue.waiting().length,
      ...(settings && { max_connections: settings.maxConnections }),
      ...(lastErrorAt !== undefined && { last_error_date: Math.floor(lastErrorAt / 1000) }),
      ...(lastError !== undefined && { last_error_message: lastError }),
    };
  },
};
