/** An operation as code in the eight documented languages. */
import type { oas31 } from 'zod-openapi';
import type { SampleRequest } from './samples/request.ts';
import { go } from './samples/go.ts';
import { http } from './samples/http.ts';
import { java } from './samples/java.ts';
import { javascript } from './samples/javascript.ts';
import { php } from './samples/php.ts';
import { python } from './samples/python.ts';
import { ruby } from './samples/ruby.ts';
import { shell } from './samples/shell.ts';

/** A sample as renderers of OpenAPI know it. */
export interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

const LANGUAGES: readonly [lang: string, label: string, write: (request: SampleRequest) => string][] = [
  ['shell', 'Shell', shell],
  ['http', 'HTTP', http],
  ['javascript', 'JavaScript', javascript],
  ['ruby', 'Ruby', ruby],
  ['python', 'Python', python],
  ['php', 'PHP', php],
  ['java', 'Java', java],
  ['go', 'Go', go],
];

/** What a sample is made from. */
export interface Sampled {
  serverUrl: string;
  method: string;
  path: string;
  operation: oas31.OperationObject;
}

/** The samples of an operation, in the order of the published documents. `document` resolves its references. */
export function samplesOf(document: oas31.OpenAPIObject, sampled: Sampled): CodeSample[] {
  const request = requestOf(document, sampled);
  return LANGUAGES.map(([lang, label, write]) => ({ lang, label, source: write(request) }));
}

/** What is sent: examples for whatever is required, and the example of the body. */
function requestOf(document: oas31.OpenAPIObject, { serverUrl, method, path, operation }: Sampled): SampleRequest {
  const parameters = (operation.parameters ?? []).map((one) =>
    '$ref' in one
      ? (document.components?.parameters?.[one.$ref.split('/').at(-1) ?? ''] as oas31.ParameterObject)
      : one,
  );
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, required, schema } of parameters) {
    const { example = name } = schema as { example?: string };
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(example));
    if (place === 'query' && required) query.set(name, example);
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  const body = operation.requestBody && 'content' in operation.requestBody && operation.requestBody.content;
  const [type, media] = (body && Object.entries(body)[0]) || [];
  return {
    method: method.toUpperCase(),
    url: `${serverUrl}${filled}${search}`,
    headers: {
      ...((operation.security ?? []).length > 0 ? { apiKey: 'YOUR_API_KEY', secret: 'YOUR_SECRET' } : {}),
      ...(type ? { 'Content-Type': type } : {}),
    },
    ...(media && 'example' in media ? { body: media.example } : {}),
  };
}
