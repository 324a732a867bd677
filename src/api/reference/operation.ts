/** What the reference knows of one thing that can be called: a route without its handler. */
import type { Route } from '../route.ts';

/** A route, or something else that answers over HTTP. */
export type Operation = Omit<Route, 'handle'>;

/** The parts of a path that are no parameters; the one before a parameter names a single thing. */
function wordsOf(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments
    .map((segment, index) => (segments[index + 1]?.startsWith('{') ? singular(segment) : segment))
    .filter((segment) => !segment.startsWith('{'));
}

/** A word of a path, when one thing is meant. */
export function singular(word: string): string {
  return word
    .replace(/^people$/, 'person')
    .replace(/ies$/, 'y')
    .replace(/s$/, '');
}

/** The stable name of an operation for those who generate clients: `getV1ConversationMessages`. */
export function operationIdOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  const words = wordsOf(path).flatMap((word) => word.split(/\W+/));
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** The names of the parameters in a path. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
