/** Bringing events to the app: over its socket or to its address, and again when it does not say yes. */
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Envelope, Sockets } from './socket.ts';

export type Kind = Envelope['type'];

/** Something brought to the app, or tried to. */
export interface Delivery {
  kind: Kind;
  payload: object;
  attempts: number;
  state: 'waiting' | 'accepted' | 'lost';
  /** What the app's address answered to the last try. */
  status?: number;
  body?: string;
}

/** Brings things to the app. */
export interface Deliverer {
  bring(kind: Kind, payload: object): Delivery;
  readonly deliveries: Delivery[];
  stop(): void;
}

/** What bringing needs. */
export interface DeliverOptions {
  sockets: Sockets;
  signingSecret: string;
  /** Where the app wants HTTP calls; absent: Socket Mode. */
  requestUrl: () => string | undefined;
  /** The waits before each further try of an event; Slack's are 0, 1 and 5 minutes. */
  retryMs: readonly number[];
  ackWithinMs: () => number;
  now: () => number;
  changed: () => void;
}

/** Headers that prove a body to be Slack's (docs.slack.dev/authentication/verifying-requests-from-slack). */
export function sign(secret: string, body: string, seconds: number): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` };
}

/** Events are JSON; commands are a form; buttons are JSON in a form. */
export function encode(kind: Kind, payload: object): { type: string; body: string } {
  if (kind === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) };
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() };
}

export function createDeliverer(options: DeliverOptions): Deliverer {
  const { sockets, signingSecret, requestUrl, retryMs, ackWithinMs, now, changed } = options;
  const stopping = new AbortController();
  const deliveries: Delivery[] = [];
  let count = 0;

  const post = async (url: string, delivery: Delivery, retry: number): Promise<boolean> => {
    const { type, body } = encode(delivery.kind, delivery.payload);
    const again = retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_error' };
    const headers = { 'content-type': type, ...sign(signingSecret, body, Math.floor(now() / 1000)), ...again };
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(ackWithinMs()), stopping.signal]);
      const answer = await fetch(url, { method: 'POST', headers, body, signal });
      delivery.status = answer.status;
      delivery.body = await answer.text();
      return answer.ok;
    } catch {
      return false; // Nobody there, or not in time: it is brought again.
    }
  };

  const send = (delivery: Delivery, id: string, retry: number): Promise<boolean> => {
    const url = requestUrl();
    if (url !== undefined) return post(url, delivery, retry);
    return sockets.send({
      envelope_id: id,
      type: delivery.kind,
      payload: delivery.payload,
      accepts_response_payload: delivery.kind !== 'events_api',
      ...(delivery.kind === 'events_api' && { retry_attempt: retry, retry_reason: retry === 0 ? '' : 'timeout' }),
    });
  };

  const deliver = async (delivery: Delivery): Promise<void> => {
    const id = `envelope-${(count += 1)}`;
    const waits = delivery.kind === 'events_api' ? retryMs : [];
    for (const ms of [0, ...waits]) {
      await wait(ms, undefined, { signal: stopping.signal, ref: false });
      delivery.attempts += 1;
      const isAccepted = await send(delivery, id, delivery.attempts - 1);
      if (isAccepted) delivery.state = 'accepted';
      changed();
      if (isAccepted) return;
    }
    delivery.state = 'lost';
    changed();
  };

  return {
    deliveries,
    bring(kind, payload) {
      const delivery: Delivery = { kind, payload, attempts: 0, state: 'waiting' };
      deliveries.push(delivery);
      // It only ever fails because the stand-in ends.
      deliver(delivery).catch(() => undefined);
      return delivery;
    },
    stop: () => stopping.abort(),
  };
}
