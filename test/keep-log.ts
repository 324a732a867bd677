/** What is logged, for a test to read. */
import type { Logger } from '#src/log.ts';
import { createWatch } from '#test/standins/watch.ts';

/** A logger that keeps its lines. */
export interface Log extends Logger {
  /** Each line as JSON. */
  lines: string[];
  /** Resolves when a line like this has come. */
  said(pattern: RegExp): Promise<unknown>;
}

/** Keeps what is logged, at all levels. */
export function keepLog(): Log {
  const lines: string[] = [];
  const watch = createWatch(() => lines.join('\n'));
  const keep = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...fields, message }));
    watch.changed();
  };
  const said = (pattern: RegExp) => watch.waitFor(lines, (all) => all.some((line) => pattern.test(line)));
  const log = { lines, said, debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}
