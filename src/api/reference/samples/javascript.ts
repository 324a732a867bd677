/** JavaScript: the `fetch` of Node and of browsers. */
import { headerLines, jsonOf, type SampleRequest } from './request.ts';

const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Writes the request as a module. */
export function javascript(request: SampleRequest): string {
  return [
    `const response = await fetch(${quote(request.url)}, {`,
    `  method: ${quote(request.method)},`,
    '  headers: {',
    ...headerLines(request, (name, value) => `    ${quote(name)}: ${quote(value)},`),
    '  },',
    ...('body' in request ? [`  body: JSON.stringify(${jsonOf(request, 2)}),`] : []),
    '});',
    'console.log(response.status, await response.text());',
  ].join('\n');
}
