/** Ruby: Net::HTTP, which comes with it. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Writes the request as a script. */
export function ruby(request: SampleRequest): string {
  const name = request.method.charAt(0) + request.method.slice(1).toLowerCase();
  return [
    "require 'net/http'",
    '',
    `uri = URI(${quote(request.url)})`,
    `request = Net::HTTP::${name}.new(uri)`,
    ...headerLines(request, (name, value) => `request[${quote(name)}] = ${quote(value)}`),
    ...('body' in request ? ["request.body = <<~'JSON'", `  ${jsonOf(request, 2)}`, 'JSON'] : []),
    '',
    "response = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }",
    'puts response.code, response.body',
  ].join('\n');
}
