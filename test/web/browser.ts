/** A real Chromium for the tests of the page. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser on PATH, if there is one. */
const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((file) => existsSync(file));

/** Why the tests that need a browser cannot run; `false` when they can. For the option `skip`. */
export const noBrowser: string | false =
  executablePath === undefined && `no browser on PATH (looked for ${NAMES.join(', ')})`;

/** Starts the browser. Close it when done. */
export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(`There is ${noBrowser}.`);
  return chromium.launch({ executablePath, args: ARGS });
}
