/** What a call brings: its parameters, however they were written on the wire. */
import type { IncomingMessage } from 'node:http';
import { badRequest } from './api-error.ts';
import { readForm, type UploadedFile } from './multipart.ts';

/** The parameters of a call by name. */
export type Payload = Record<string, unknown>;

/** A parameter that should be a text; what is none counts as absent. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A call as it was read. */
export interface Parameters {
  payload: Payload;
  files: Map<string, UploadedFile>;
}

/** Nested values come as JSON text in forms and queries. Ids and numbers too; a text must stay a text. */
function readField(name: string, value: string): unknown {
  if (name === 'text' || name === 'caption' || name === 'title') return value;
  if (!/^(?:[[{]|-?\d{1,15}$|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // Not JSON after all: a file name or text that begins with a bracket.
    return value;
  }
}

function fromFields(fields: Iterable<[string, string]>): Payload {
  return Object.fromEntries([...fields].map(([name, value]) => [name, readField(name, value)]));
}

function readJson(body: Buffer): Payload {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Payload;
  } catch {
    throw badRequest("can't parse JSON object");
  }
}

/** Reads JSON, form and multipart bodies and the query. */
export function readParameters(request: IncomingMessage, query: string, body: Buffer): Parameters {
  const type = request.headers['content-type'] ?? '';
  const asked = query === '' ? {} : fromFields(new URLSearchParams(query));
  if (type.startsWith('multipart/form-data')) {
    const form = readForm(body, /boundary="?([^";]+)/i.exec(type)?.[1] ?? '');
    return { payload: { ...asked, ...fromFields(form.fields) }, files: form.files };
  }
  const sent = type.includes('urlencoded') ? fromFields(new URLSearchParams(body.toString('utf8'))) : readJson(body);
  return { payload: { ...asked, ...sent }, files: new Map() };
}
