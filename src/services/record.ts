/**
 * The note about the server that runs on a data folder: its port and which process it is.
 *
 * The server writes it itself in the instant before it becomes the server, so there is none without a note, whenever
 * we are killed. A process is known by its id and the moment of its birth: an id alone is used again by others.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface ServerRecord {
  port: number;
  pid: number;
  birth: string;
}

/**
 * A shell script: `$0` is the note's file, `$1` the port, the rest the command line that the shell becomes.
 * Where the note cannot be written (a full disk) there is no server either.
 */
export const RECORD_AND_BECOME =
  '{ echo "$1"; cat /proc/$$/stat 2>/dev/null || ps -o pid= -o lstart= -p $$; } > "$0" && shift && exec "$@"';

/** Where the note about the server of `folder` is. */
export function recordPath(folder: string): string {
  return join(folder, 'server');
}

/** Reads one process's line of `/proc` or, where there is none, of `ps`. A process that has only to be buried is none. */
function parseProcess(line: string): Omit<ServerRecord, 'port'> | undefined {
  const [, pid, rest] = /^\s*(\d+)\s+(.+?)\s*$/s.exec(line) ?? [];
  if (pid === undefined || rest === undefined) return undefined;
  if (!rest.startsWith('(')) return { pid: Number(pid), birth: rest };
  // The name stands in brackets and may itself hold brackets and blanks; the fields begin behind the last one.
  const [state, ...fields] = rest.slice(rest.lastIndexOf(')') + 2).split(' ');
  const birth = fields[18];
  return state === 'Z' || birth === undefined ? undefined : { pid: Number(pid), birth };
}

/** The line that tells who has this process id now; empty when nobody has. */
async function processLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/stat`, 'utf8');
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '-o', 'lstart=', '-p', String(pid)]);
    return stdout;
  } catch {
    return '';
  }
}

/**
 * The note of `folder`, whether or not that server still runs.
 *
 * Undefined when there is none or it is unreadable: only a power cut leaves half a note, and no server survives that.
 */
export async function readRecord(folder: string): Promise<ServerRecord | undefined> {
  const text = await readFile(recordPath(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [port, ...line] = text.split('\n');
  const found = parseProcess(line.join('\n'));
  return found && { port: Number(port), ...found };
}

/** Whether the very process of this note is alive. */
export async function isRunning(record: ServerRecord): Promise<boolean> {
  return parseProcess(await processLine(record.pid))?.birth === record.birth;
}
