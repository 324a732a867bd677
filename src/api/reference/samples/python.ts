/** Python: requests. */
import { headerLines, type SampleRequest } from './request.ts';

/** Writes the request as a script. */
export function python(request: SampleRequest): string {
  return [
    'import requests',
    '',
    'response = requests.request(',
    `    ${literal(request.method)},`,
    `    ${literal(request.url)},`,
    '    headers={',
    ...headerLines(request, (name, value) => `        ${literal(name)}: ${literal(value)},`),
    '    },',
    ...('body' in request ? [`    json=${literal(request.body, 4)},`] : []),
    ')',
    'print(response.status_code, response.text)',
  ].join('\n');
}

/** A JSON value in Python's words. */
function literal(value: unknown, indent = 0): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const inner = indent + 4;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([name, item]) => `${literal(name)}: ${literal(item, inner)}`);
  if (items.length === 0) return `${open}${close}`;
  const lines = items.map((item) => `${' '.repeat(inner)}${item},`);
  return [open, ...lines, `${' '.repeat(indent)}${close}`].join('\n');
}
