/** The chat as a visitor has it before them, for the tests of the page. */
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openChat } from './browser.ts';
import { type ChatServer, startChatServer } from './chat-server.ts';

/** A chat with these entries, on a server of its own, open in the browser. Both end with the test. */
export async function startChat(
  t: TestContext,
  browser: Browser,
  seed: Parameters<typeof startChatServer>[0] = [],
): Promise<{ server: ChatServer; page: Page }> {
  const server = await startChatServer(seed);
  t.after(() => server.stop());
  return { server, page: await openChat(t, browser, server) };
}

/** Writes it and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
}

/** All texts of the log, in order. */
export const texts = (page: Page): Promise<string[]> => page.locator('.bubble, .prose').allTextContents();
