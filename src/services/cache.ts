/** The user's cache folder: what was downloaded or installed once, for all data folders. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../channel.ts';

/** Our folder in the user's cache. */
export function cacheFolder(env: Env): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'pantheon');
}
