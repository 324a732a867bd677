/** A wire between the product and a service, which stops at a message that a test waits for. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Where the wire stops: before a message of the product's reaches the service, or when the service has answered it. */
export interface Place {
  /** Words that are all in it, or what it looks like. */
  says: readonly string[] | RegExp;
  /** The how manieth such message; 1 is the next. */
  nth?: number;
  where: 'before' | 'after';
}

export interface Proxy {
  /** The address with the proxy's port in it. */
  via: (address: string) => string;
  /** Resolves with the message when one has come to this place; its connection stands still from then on. */
  stopAt(place: Place): Promise<string>;
  /** Lets go on what was stopped before the service. */
  resume(): void;
  /** Ends the stopped connection for the product, as a server that is killed does. Gives what lets go on late what was held. */
  hangUp(): () => void;
}

/** What a wire may do to what is said on it. */
export interface ProxyOptions {
  /** MongoDB seems to be of the version that speaks so: 21 is 7.0. */
  wireVersion?: number;
}

/** How the product's bytes fall into messages. MongoDB's begin with their length; Redis' come as they are written. */
const SPLIT = {
  mongodb(bytes: Buffer): [messages: Buffer[], rest: Buffer] {
    const messages: Buffer[] = [];
    let rest = bytes;
    for (; rest.length >= 4 && rest.length >= rest.readInt32LE(0);) {
      const length = rest.readInt32LE(0);
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    return [messages, rest];
  },
  redis: (bytes: Buffer): [Buffer[], Buffer] => [[bytes], Buffer.alloc(0)],
};

function fits({ says }: Place, text: string): boolean {
  return says instanceof RegExp ? says.test(text) : says.every((word) => text.includes(word));
}

/** The server's greeting with another version in it. */
function seemingly(wireVersion: number, bytes: Buffer): Buffer {
  const name = 'maxWireVersion\0';
  const place = bytes.indexOf(name);
  if (place >= 0) bytes.writeInt32LE(wireVersion, place + name.length);
  return bytes;
}

/** Lays a wire to the service at `address`. */
export async function startProxy(
  t: TestContext,
  kind: keyof typeof SPLIT,
  address: string,
  { wireVersion }: ProxyOptions = {},
): Promise<Proxy> {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  let [goOn, end] = [(): void => undefined, (): void => undefined];
  let waiting: { place: Place; left: number; reached(message: string): void } | undefined;

  /** The place that this message has come to, if it is the one. */
  const reachedBy = (text: string) => {
    if (waiting === undefined || !fits(waiting.place, text)) return undefined;
    waiting.left -= 1;
    if (waiting.left > 0) return undefined;
    const found = waiting;
    waiting = undefined;
    return found;
  };

  const join = (product: Socket): void => {
    const service = connect(Number(port), hostname);
    let [rest, isStopped]: [Buffer, boolean] = [Buffer.alloc(0), false];
    let onAnswer: (() => void) | undefined;
    const held: Buffer[] = [];
    const pass = (message: Buffer): void => {
      if (isStopped) return void held.push(message);
      const text = message.toString('latin1');
      const found = reachedBy(text);
      isStopped = found !== undefined;
      if (found) end = () => void product.removeAllListeners('close').destroy();
      if (found?.place.where === 'before') {
        held.push(message);
        goOn = () => {
          isStopped = false;
          held.splice(0).forEach((one) => void service.write(one));
        };
        return found.reached(text);
      }
      if (found) onAnswer = () => found.reached(text);
      service.write(message);
    };
    product.on('data', (bytes) => {
      const [messages, left] = SPLIT[kind](Buffer.concat([rest, bytes]));
      rest = left;
      messages.forEach(pass);
    });
    service.on('data', (bytes) => {
      if (isStopped) onAnswer?.();
      else product.write(wireVersion === undefined ? bytes : seemingly(wireVersion, bytes));
    });
    for (const [socket, other] of [
      [product, service],
      [service, product],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined); // `close` follows
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  };

  const server = createServer(join).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    sockets.forEach((socket) => void socket.destroy());
  });
  return {
    via(original) {
      const changed = new URL(original);
      changed.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      return changed.href;
    },
    resume: () => goOn(),
    hangUp() {
      end();
      return goOn;
    },
    stopAt(place) {
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting = { place, left: place.nth ?? 1, reached: resolve };
      return promise;
    },
  };
}
