/** Shell: curl. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes the request for a POSIX shell. */
export function shell(request: SampleRequest): string {
  return [
    `curl -X ${request.method} ${quote(request.url)}`,
    ...headerLines(request, (name, value) => `-H ${quote(`${name}: ${value}`)}`),
    ...('body' in request ? [`--data ${quote(jsonOf(request))}`] : []),
  ].join(' \\\n  ');
}
