/** PHP: its own streams, without a package. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Writes the request as a script. */
export function php(request: SampleRequest): string {
  return [
    '<?php',
    '',
    "$context = stream_context_create(['http' => [",
    `    'method' => ${quote(request.method)},`,
    "    'header' => [",
    ...headerLines(request, (name, value) => `        ${quote(`${name}: ${value}`)},`),
    '    ],',
    ...('body' in request ? ["    'content' => <<<'JSON'", `        ${jsonOf(request, 8)}`, '        JSON,'] : []),
    "    'ignore_errors' => true,",
    ']]);',
    '',
    `$body = file_get_contents(${quote(request.url)}, false, $context);`,
    'echo $http_response_header[0], PHP_EOL, $body, PHP_EOL;',
  ].join('\n');
}
