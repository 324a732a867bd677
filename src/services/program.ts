/** Programs of this machine: where they are, and running one to its end. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env } from '../channel.ts';

/** Where the program is on `PATH`, if it is. */
export async function findOnPath(name: string, env: Env): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, name);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

/** Whether there is something at `path` that we may run. */
export async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Runs a program to its end. Throws with its last words when it fails or takes longer than `deadlineMs`. */
export function runProgram(file: string, args: string[], options: { env: Env; deadlineMs: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: options.deadlineMs, killSignal: 'SIGKILL', maxBuffer: 32 * 2 ** 20 } as const;
    execFile(file, args, { ...limits, env: options.env }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const words = `${stdout}\n${stderr}`.trim().split('\n').slice(-3).join(' | ').slice(-500);
      const why = error.killed ? `took longer than ${options.deadlineMs / 1000} s` : 'failed';
      reject(new Error(`${[file, ...args].join(' ')} ${why}: ${words || error.message}`, { cause: error }));
    });
  });
}
