import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser, openBrowser } from './browser.ts';
import { startChatServer } from './chat-server.ts';
import { until } from './until.ts';

test('a link that carries a conversation over says its code once', { skip: noBrowser }, async (t) => {
  const server = await startChatServer([]);
  t.after(() => server.stop());
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const code = 'q3Zx-0aB_7dEfGhIjKlMn2';

  await page.goto(`${server.url}/chat?start=${code}`);
  await until(() => server.posts.length === 1);
  assert.equal(server.posts[0]?.text, `/start ${code}`);
  await page.waitForURL(`${server.url}/chat`);

  await page.reload();
  await page.locator('.column:not(.loading)').waitFor();
  await page.goto(`${server.url}/chat?start=${encodeURIComponent('<script>')}`);
  await page.locator('.column:not(.loading)').waitFor();
  // A reload before the receipt came posts the same message again, under its own id: that says nothing new.
  const said = new Set(server.posts.map(({ id }) => id));
  assert.equal(said.size, 1, 'neither a reload nor a code that is none says anything');
});
