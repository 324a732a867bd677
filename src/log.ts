/** Logging: one JSON line per event, readable ones on a terminal. Never a secret; people's texts never at `info`. */
import { pino } from 'pino';

/** What the parts of Pantheon log with. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

const LEVEL_NAMES: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR' };

/** A line for a human: time, level, message, then the fields that are left. */
function readable(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(time as number).toISOString().slice(11, 19);
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${clock} ${LEVEL_NAMES[level as number] ?? ''} ${msg as string}${rest.length > 0 ? `  (${rest.join(' ')})` : ''}\n`;
}

/** Makes the process's logger. `isTerminal` chooses lines for humans; else JSON on standard output. */
export function createLogger(level: string, isTerminal: boolean): Logger {
  const options = { level, base: null, redact: ['*.token', '*.secret', '*.apiKey', '*.authorization'] };
  if (!isTerminal) return pino(options);
  return pino(options, { write: (line: string) => void process.stdout.write(readable(line)) });
}
