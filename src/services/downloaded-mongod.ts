/** A `mongod` of our own in the user's cache, downloaded when the internet can be reached. */
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Env } from '../channel.ts';
import { describeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { cacheFolder } from './cache.ts';
import type { Engine } from './launch.ts';
import { mongod } from './mongod.ts';
import { isProgram } from './program.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_BYTES_MS = 5000;

/**
 * Runs the downloader and resolves with the path of the program. Its progress goes to the terminal.
 *
 * Killed when nothing has come within `firstBytesMs`; afterwards it gives up by itself when a minute brings nothing.
 */
function download(folder: string, env: Env, firstBytesMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('./download-mongod.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let path: string | undefined;
    let words = `nothing came within ${firstBytesMs / 1000} s`;
    const alarm = setTimeout(() => child.kill('SIGKILL'), firstBytesMs);
    child.stdout?.on('data', (progress: Buffer) => {
      clearTimeout(alarm);
      process.stderr.write(progress);
    });
    child.stderr?.on('data', (text: Buffer) => (words = text.toString().trim().replaceAll(/\s+/g, ' ')));
    child.on('message', (message) => (path = message as string));
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(alarm);
      if (path === undefined) reject(new Error(words));
      else resolve(path);
    });
  });
}

/** Whether the note of a failure is younger than a day. */
async function failedLately(note: string): Promise<boolean> {
  return stat(note).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < DAY_MS,
    () => false,
  );
}

/**
 * The `mongod` in the cache, downloaded if need be. Throws when it cannot be had.
 *
 * A failure is remembered for a day, so that the next start does not wait for the same silence.
 */
export async function downloadedMongod(env: Env, log: Logger, firstBytesMs = FIRST_BYTES_MS): Promise<Engine> {
  const folder = join(cacheFolder(env), 'mongod');
  const program = join(folder, 'mongod');
  const note = join(folder, 'download-failed');
  if (await isProgram(program)) return mongod(program);
  if (await failedLately(note)) throw new Error(`mongod could not be downloaded lately (${note} remembers it)`);
  await mkdir(folder, { recursive: true });
  log.info({ folder }, 'mongod is not installed: trying to download it');
  try {
    const link = `${program}.${process.pid}`;
    await symlink(await download(folder, env, firstBytesMs), link);
    await rename(link, program);
  } catch (error) {
    await writeFile(note, describeError(error));
    throw new Error(`mongod could not be downloaded (${describeError(error)})`, { cause: error });
  }
  await rm(note, { force: true });
  return mongod(program);
}
