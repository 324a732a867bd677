/**
 * How a process is called in leases. A lease lapses when it is not renewed; but of a process on our own machine we
 * can see that it is gone, and need not wait. Being wrong would cost time, never correctness: the fence decides.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const SEPARATOR = '|';

/** What tells this set of processes from all others: two containers may share a host name, and no process ids. */
const NEIGHBOURHOOD = [hostname(), attempt(() => readlinkSync('/proc/self/ns/pid'))].join(SEPARATOR);

/** A name for this process; a new one at each call. */
export function createHolder(): string {
  return [NEIGHBOURHOOD, process.pid, startOf(process.pid), randomUUID()].join(SEPARATOR);
}

/** Whether the holder was a process among which we live, and is none any more. Unknown counts as alive. */
export function isDeadNeighbour(holder: string | null | undefined): boolean {
  if (!holder?.startsWith(`${NEIGHBOURHOOD}${SEPARATOR}`)) return false;
  const [pid = '', start = ''] = holder.slice(NEIGHBOURHOOD.length + 1).split(SEPARATOR);
  return !isAlive(Number(pid)) || (start !== '' && startOf(Number(pid)) !== start);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in the kernel's ticks: an id that was given again does not look alive. Empty where unknown. */
function startOf(pid: number): string {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Not every system tells these things. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
