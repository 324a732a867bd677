/** The page's line to the stand-in's server. What is asked is asked again when the line comes back. */
import type { FromPage, PageMethod, ToPage } from '../wire.ts';
import { Emitter } from './emitter.ts';

const AGAIN_MS = 100;

export interface Link extends Emitter {
  send(frame: FromPage): void;
  call(method: PageMethod, ...args: unknown[]): Promise<unknown>;
}

interface Call {
  frame: FromPage;
  resolve(value: unknown): void;
}

/** Connects, and triggers `open`, `close` and `frame`. */
export function createLink(url: string): Link {
  const calls = new Map<number, Call>();
  let socket: WebSocket | undefined;
  let count = 0;
  const post = (frame: FromPage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  const link = Object.assign(new Emitter(), {
    send: post,
    call(method: PageMethod, ...args: unknown[]) {
      count += 1;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const frame: FromPage = { kind: 'call', call: count, method, args };
      calls.set(count, { frame, resolve });
      post(frame);
      return promise;
    },
  });
  const connect = () => {
    socket = new WebSocket(url);
    socket.addEventListener('open', () => {
      link.trigger('open');
      for (const { frame } of calls.values()) post(frame);
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as ToPage;
      if (frame.kind !== 'result') return link.trigger('frame', frame);
      calls.get(frame.call)?.resolve(frame.value);
      calls.delete(frame.call);
    });
    socket.addEventListener('close', () => {
      link.trigger('close');
      setTimeout(connect, AGAIN_MS);
    });
  };
  connect();
  return link;
}
