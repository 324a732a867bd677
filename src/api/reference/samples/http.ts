/** HTTP as it goes over the wire, for `nc` and the curious. */
import { headerLines, type SampleRequest } from './request.ts';

/** Writes the request's own bytes, but for the line ends, which are CR LF on the wire. */
export function http(request: SampleRequest): string {
  const { host, pathname, search } = new URL(request.url);
  const body = 'body' in request ? JSON.stringify(request.body) : '';
  return [
    `${request.method} ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    ...headerLines(request, (name, value) => `${name}: ${value}`),
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    'Connection: close',
    '',
    body,
  ].join('\n');
}
