/** Finding a Chromium. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Env } from '#src/channel.ts';
import { ConfigError } from '#src/errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const HELP = 'Install one (Debian and Ubuntu: apt-get install chromium), or set WHATSAPP_BROWSER_PATH to yours.';

/** The browser that was named, or the first on PATH. Throws `ConfigError` that says what to install. */
export function findBrowser({ PATH = '' }: Env, named?: string): string {
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw new ConfigError(`WHATSAPP_BROWSER_PATH: there is no ${named}. ${HELP}`);
  }
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = places.find((file) => existsSync(file));
  if (found === undefined) throw new ConfigError(`WHATSAPP_ENABLED is set, but there is no Chromium. ${HELP}`);
  return found;
}

/** What the browser is started with besides the operator's own wishes. */
export function browserArgs(wished: readonly string[]): string[] {
  // Chromium's sandbox refuses to run as root, which is what containers run as.
  const isRoot = process.getuid?.() === 0;
  return [
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--no-first-run',
    '--disable-component-update',
    '--disable-background-networking',
    ...wished,
  ];
}
