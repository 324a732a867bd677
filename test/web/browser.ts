/** A real Chromium for the tests of the page. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { ChatServer } from './chat-server.ts';

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

/** A page of the chat, loaded and listening, in a browser session of its own. Closed after the test. */
export async function openChat(
  t: TestContext,
  browser: Browser,
  server: ChatServer,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  return openTab(context, server);
}

/** One more tab of the same browser session, with the focus where one writes. */
export async function openTab(context: BrowserContext, server: ChatServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/chat`);
  await page.locator('.column:not(.loading)').waitFor();
  await page.locator('textarea:focus').waitFor();
  return page;
}

/** A style property of each element, as the browser applies it. */
export async function styles(elements: Locator, property: string): Promise<string[]> {
  return elements.evaluateAll(
    (all, name) => all.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).getPropertyValue(name) ?? ''),
    property,
  );
}
