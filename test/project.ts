/** The project's own files, for the tests that look at the project itself. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clone's folder. */
export const root = join(import.meta.dirname, '..');

/** Our files that match one of the patterns, by their path from the root, in order. */
export function filesOf(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', 'data/**'] }).toSorted();
}

/** The text of one of our files. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The names between backticks. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name);
}

/** The rows of the Markdown table whose first heading is `heading`, without its head; each row as its cells. */
export function tableOf(document: string, heading: string): string[][] {
  const lines = textOf(document).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start === -1) throw new Error(`${document} has no table that begins with "${heading}".`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? undefined : end).map((line) => line.split('|').slice(1, -1));
}
