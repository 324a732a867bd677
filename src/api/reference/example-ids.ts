/** Ids that look like ours, for the examples of the reference. None of them is anything's. */
import { singular } from './operation.ts';

const DIGITS = '0198c2a4f0c17b6a9d2e4f8013579bdf';
const PREFIXES: Readonly<Record<string, string>> = {
  conversation: 'cnv',
  message: 'msg',
  person: 'per',
  identity: 'idn',
  delivery: 'dlv',
  turn: 'trn',
  job: 'trn',
  agent: 'agt',
  key: 'key',
  webhook: 'whk',
  attachment: 'att',
  event: 'evt',
  unread: 'unr',
};

/** An id of such a thing; without a prefix, if it is none of ours. */
export function exampleId(thing: string): string {
  const prefix = PREFIXES[thing.toLowerCase()];
  return prefix === undefined ? DIGITS : `${prefix}_${DIGITS}`;
}

/** What may stand for a parameter of a path: an id of what the word before it names, else the parameter's own name. */
export function exampleOf(path: string, parameter: string): string {
  const segments = path.split('/');
  const word = segments[segments.indexOf(`{${parameter}}`) - 1] ?? '';
  return parameter === 'id' ? exampleId(singular(word)) : parameter;
}
