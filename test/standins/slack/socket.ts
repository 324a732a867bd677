/** Socket Mode's other end: tickets, greetings, envelopes and their acknowledgements. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** Addresses for one connection each, as `apps.connections.open` gives them. */
export interface Tickets {
  issue(): string;
}

/** An envelope as it goes over the wire. */
export interface Envelope {
  envelope_id: string;
  type: 'events_api' | 'slash_commands' | 'interactive';
  payload: unknown;
  accepts_response_payload: boolean;
  retry_attempt?: number;
  retry_reason?: string;
}

/** The sockets of one app. */
export interface Sockets extends Tickets {
  /** Connections of which the other end knows too, greeted or not. */
  readonly open: number;
  /** Connections that have been greeted. */
  readonly count: number;
  /** Connections ever greeted. */
  readonly greeted: number;
  /** Gives the envelope to one connection; resolves with whether it was acknowledged in time. */
  send(envelope: Envelope): Promise<boolean>;
  /** Says that the connections will end, and ends those that are there some time later. */
  refresh(reason?: string): void;
  /** Cuts all connections without a word. */
  cut(): void;
  /** From now on connections are silent: nothing is read or written, pings included. */
  mute(): void;
  /** Whether new connections are greeted; else they are told to end for this reason, if there is one. */
  setGreeting(isOn: boolean, reason?: string): void;
  stop(): Promise<void>;
}

/** What the sockets need. */
export interface SocketOptions {
  appId: string;
  ackWithinMs: () => number;
  changed: () => void;
}

/** Between the warning that a connection will end and its end. */
const CLOSE_AFTER_MS = 2_000;
const PING_MS = 1_000;
/** How long a client may take to close its side when all is over. */
const STOP_MS = 500;

/** Listens on a port of its own. */
export async function startSockets({ appId, ackWithinMs, changed }: SocketOptions): Promise<Sockets> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const tickets = new Set<string>();
  const known = new Set<WebSocket>();
  const live = new Set<WebSocket>();
  const waiting = new Map<string, () => void>();
  let isGreeting = true;
  let refusal: string | undefined;
  let greeted = 0;
  let issued = 0;

  const hear = (data: unknown): void => {
    const { envelope_id: id } = JSON.parse(String(data)) as { envelope_id?: string };
    if (id !== undefined) waiting.get(id)?.();
  };

  const greet = (socket: WebSocket): void => {
    greeted += 1;
    live.add(socket);
    const debug_info = { host: 'standin', approximate_connection_time: 18_060 };
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: live.size, debug_info, connection_info: { app_id: appId } }),
    );
    changed();
  };

  server.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '', 'ws://standin').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return socket.close(1008, 'ticket');
    const pings = setInterval(() => socket.ping(), PING_MS);
    socket.setMaxListeners(0); // one for each envelope that waits
    socket.on('message', hear);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pings);
      live.delete(socket);
      known.delete(socket);
      changed();
    });
    socket.ping();
    socket.once('pong', () => {
      known.add(socket);
      changed();
    });
    if (isGreeting) greet(socket);
    else if (refusal !== undefined) socket.send(JSON.stringify({ type: 'disconnect', reason: refusal }));
  });

  return {
    issue() {
      const ticket = `ticket-${(issued += 1)}`;
      tickets.add(ticket);
      return `ws://127.0.0.1:${port}/link/?ticket=${ticket}`;
    },
    get open() {
      return known.size;
    },
    get count() {
      return live.size;
    },
    get greeted() {
      return greeted;
    },
    send(envelope) {
      const [socket] = [...live].toReversed();
      if (!socket) return Promise.resolve(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), ackWithinMs());
      waiting.set(envelope.envelope_id, () => resolve(true));
      const lose = (): void => resolve(false);
      socket.once('close', lose);
      socket.send(JSON.stringify(envelope));
      return promise.finally(() => {
        clearTimeout(timer);
        socket.off('close', lose);
        waiting.delete(envelope.envelope_id);
      });
    },
    refresh(reason = 'warning') {
      for (const socket of live) {
        live.delete(socket);
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'standin' } }));
        const timer = setTimeout(() => socket.close(), CLOSE_AFTER_MS);
        socket.once('close', () => clearTimeout(timer));
      }
    },
    cut() {
      for (const socket of live) socket.terminate();
    },
    mute() {
      for (const socket of server.clients) socket.pause();
      live.clear();
    },
    setGreeting(isOn, reason) {
      isGreeting = isOn;
      refusal = reason;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      // In good order: the library keeps a timer of half a minute for an end that it does not see coming.
      for (const socket of server.clients) socket.close(1001);
      const timer = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, STOP_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
