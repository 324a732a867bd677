/** Who is local: the one definition of it (interface.md, `OPEN_API`). */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]', 'pantheon.api']);
const FORWARDING_HEADER = /^(forwarded|x-forwarded-.+|x-real-ip|via|cf-.+)$/;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** The name in a `Host` header, without its port, in lower case. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

/** Whether a `Host` name means this machine itself. */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAMES.has(name);
}

/** Whether the caller is on this machine and came straight to us: not through a tunnel or proxy that runs here. */
export function isLocal(request: IncomingMessage): boolean {
  const peer = request.socket.remoteAddress ?? '';
  const isLoopbackPeer = isIP(peer) !== 0 && loopback.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4');
  return (
    isLoopbackPeer &&
    isLoopbackName(hostName(request.headers.host ?? '')) &&
    !Object.keys(request.headers).some((name) => FORWARDING_HEADER.test(name))
  );
}
