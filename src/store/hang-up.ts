/**
 * A command that waits to be written when its connection ends is failed, and not waited for without end.
 *
 * Where a socket takes no more, the driver waits for its `drain`; a socket that has ended never has one, says `error`
 * only where there was one, and times out no more. Commands that come between a socket's end and its `close` (a server
 * that is killed under load) hung so for ever, and each kept its place in the pool. An `error` in turn reached the
 * caller as it was, and not as a `MongoNetworkError`. The driver's own `timeoutMS` does not help: since 7.8 it is
 * ignored (`TimeoutContext.create` in its `src/timeout.ts`; the wait is `Connection#writeCommand` in `src/cmap`).
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** https://nodejs.org/api/diagnostics_channel.html#event-netclientsocket */
const SOCKET_MADE = 'net.client.socket';
const DRIVER = /[\\/]node_modules[\\/]mongodb[\\/]/;

/** From now on each socket that the driver makes ends the waits for it when it ends. May be called again. */
export function endWaitsAtHangUp(): void {
  unsubscribe(SOCKET_MADE, onSocketMade);
  subscribe(SOCKET_MADE, onSocketMade);
}

/** Called while the socket is being made, so the stack tells by whom. */
function onSocketMade(message: unknown): void {
  if (!DRIVER.test(new Error().stack ?? '')) return;
  const { socket } = message as { socket: Socket };
  // Whoever waits goes on only when the driver's listeners to the same event have noted why, and throws that.
  const endWaits = (): void => void socket.emit('drain');
  socket.once('error', endWaits).once('close', endWaits);
}
