/** Discord's gateway: sessions that outlive their connections, replay, and everything that goes wrong with them. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, ack: 11 };
const INTENT = { guilds: 1, guildMessages: 1 << 9, directMessages: 1 << 12, content: 1 << 15 };
const IDENTIFY_EVERY_MS = 5_000;

/** One session. It stays when its connection is lost. */
interface Session {
  id: string;
  intents: number;
  events: { s: number; t: string; d: unknown }[];
  socket?: WebSocket | undefined;
}

export interface GatewayOptions {
  token: string;
  heartbeatMs: number;
  now: () => number;
  changed: () => void;
  /** What a new session is told first, and then the events that follow. */
  greet(): { ready: object; events: { t: string; d: unknown }[] };
}

export interface Gateway {
  readonly url: string;
  readonly identifies: number;
  readonly resumes: number;
  /** Sessions that were begun sooner than allowed. */
  readonly violations: number;
  /** Connections that are open, whether they have a session or not. */
  readonly open: number;
  /** Connections that are open and have a session. */
  readonly connected: number;
  /** What the last session asked to be told. */
  readonly intents: number;
  /** Whether the bot may read what is not said to it. */
  mayReadContent: boolean;
  /** Answers nothing and tells nothing while it is so: a connection that looks open and is dead. */
  isSilent: boolean;
  /** Says nothing to a new session but that it is there. */
  withholdsGuilds: boolean;
  remaining: number;
  /** Tells an event. `see` gives what is left of it for a bot without the content. */
  dispatch(t: string, d: object, intent: keyof typeof INTENT, see?: (d: object) => object): void;
  /** Closes the connections with this code. */
  drop(code?: number): void;
  /** Cuts the connections without a word. */
  cut(): void;
  /** Greets every connection, as it does by itself when it is not silent. */
  greet(): void;
  askToReconnect(): void;
  invalidate(isResumable: boolean): void;
  /** Forgets the sessions: what is missed is missed. */
  forgetSessions(): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { token, now, changed } = options;
  const sessions = new Map<string, Session>();
  const sockets = new Set<WebSocket>();
  let server: WebSocketServer | undefined;
  let port = 0;
  let lastIdentify = -Infinity;
  let count = 0;
  const seen = { identifies: 0, resumes: 0, violations: 0, intents: 0 };

  const send = (socket: WebSocket | undefined, frame: object) => {
    if (socket?.readyState === 1 && !gateway.isSilent) socket.send(JSON.stringify(frame));
  };
  const tell = (session: Session, t: string, d: unknown) => {
    const event = { s: session.events.length + 1, t, d };
    session.events.push(event);
    send(session.socket, { op: OP.dispatch, ...event });
  };
  const invalid = (socket: WebSocket, isResumable: boolean) => send(socket, { op: OP.invalid, d: isResumable });

  const identify = (socket: WebSocket, data: { token?: string; intents?: number }) => {
    seen.identifies += 1;
    gateway.remaining -= 1;
    if (now() - lastIdentify < IDENTIFY_EVERY_MS) {
      seen.violations += 1;
      return invalid(socket, false);
    }
    lastIdentify = now();
    if (data.token !== token) return socket.close(4004, 'Authentication failed.');
    const intents = data.intents ?? 0;
    if ((intents & INTENT.content) !== 0 && !gateway.mayReadContent) return socket.close(4014, 'Disallowed intent(s).');
    count += 1;
    const session: Session = { id: `session-${count}`, intents, events: [], socket };
    sessions.set(session.id, session);
    seen.intents = intents;
    const { ready, events } = options.greet();
    tell(session, 'READY', { ...ready, session_id: session.id, resume_gateway_url: gateway.url });
    if (!gateway.withholdsGuilds) for (const { t, d } of events) tell(session, t, d);
    changed();
  };
  const resume = (socket: WebSocket, data: { token?: string; session_id?: string; seq?: number }) => {
    seen.resumes += 1;
    const session = sessions.get(data.session_id ?? '');
    if (data.token !== token) return socket.close(4004, 'Authentication failed.');
    if (!session) return invalid(socket, false);
    session.socket = socket;
    for (const event of session.events.filter(({ s }) => s > (data.seq ?? 0)))
      send(socket, { op: OP.dispatch, ...event });
    tell(session, 'RESUMED', {});
    changed();
  };
  const receive = (socket: WebSocket, text: string) => {
    const { op, d } = JSON.parse(text) as { op: number; d: object };
    if (gateway.isSilent) return;
    if (op === OP.heartbeat) send(socket, { op: OP.ack });
    else if (op === OP.identify) identify(socket, d);
    else if (op === OP.resume) resume(socket, d);
    else socket.close(4001, 'Unknown opcode.');
  };
  const greet = (socket: WebSocket) => send(socket, { op: OP.hello, d: { heartbeat_interval: options.heartbeatMs } });
  const connect = (socket: WebSocket) => {
    sockets.add(socket);
    socket.on('message', (data: Buffer) => receive(socket, data.toString('utf8')));
    socket.on('close', () => {
      sockets.delete(socket);
      for (const session of sessions.values()) if (session.socket === socket) session.socket = undefined;
      changed();
    });
    greet(socket);
    changed();
  };
  const open = async () => {
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    server.on('connection', connect);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const live = () => [...sessions.values()].filter(({ socket }) => socket !== undefined);

  const gateway: Gateway = {
    get url() {
      return `ws://127.0.0.1:${port}`;
    },
    get identifies() {
      return seen.identifies;
    },
    get resumes() {
      return seen.resumes;
    },
    get violations() {
      return seen.violations;
    },
    get connected() {
      return live().length;
    },
    get open() {
      return sockets.size;
    },
    get intents() {
      return seen.intents;
    },
    mayReadContent: true,
    isSilent: false,
    withholdsGuilds: false,
    remaining: 1000,
    dispatch(t, d, intent, see = (whole) => whole) {
      for (const session of sessions.values()) {
        if ((session.intents & INTENT[intent]) === 0) continue;
        tell(session, t, (session.intents & INTENT.content) === 0 ? see(d) : d);
      }
    },
    drop(code = 4000) {
      for (const { socket } of live()) socket?.close(code);
    },
    cut() {
      for (const socket of sockets) socket.terminate();
    },
    greet() {
      for (const socket of sockets) greet(socket);
    },
    askToReconnect() {
      for (const { socket } of live()) send(socket, { op: OP.reconnect, d: null });
    },
    invalidate(isResumable) {
      const open = live();
      if (!isResumable) sessions.clear();
      for (const { socket } of open) if (socket) invalid(socket, isResumable);
    },
    forgetSessions: () => sessions.clear(),
    async down() {
      gateway.cut();
      const closing = server;
      server = undefined;
      if (closing) await new Promise((resolve) => closing.close(resolve));
    },
    async up() {
      if (!server) await open();
    },
  };
  await open();
  return gateway;
}
