/** The way from the address `pantheon.api`, port 80, to a product: a proxy that adds nothing to what it passes on. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

const TUNNEL = /^CONNECT .*?\r\n\r\n/s;

/**
 * Lays it, and gives the address that programs are told as their proxy's. What comes with a whole address in its first
 * line goes on as it is, because we take such requests; who asks for a tunnel gets one.
 */
export async function layWay(t: TestContext, url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((program) => {
    const product = connect(Number(port), hostname);
    for (const socket of [program, product]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // `close` follows
      socket.on('close', () => [program, product].forEach((one) => one.destroy()));
    }
    program.once('data', (bytes) => {
      const [request = ''] = TUNNEL.exec(bytes.toString('latin1')) ?? [];
      if (request) program.write('HTTP/1.1 200 OK\r\n\r\n');
      product.write(bytes.subarray(request.length));
      program.pipe(product).pipe(program);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    sockets.forEach((socket) => void socket.destroy());
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
