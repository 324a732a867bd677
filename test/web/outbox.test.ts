import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createOutbox } from '#src/web/client/state/outbox.ts';
import { noBrowser, openBrowser } from './browser.ts';
import { say, startChat, texts } from './chat.ts';
import { until } from './until.ts';

test('a server may ask for a longer wait, but not for none, nor for one without end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [0, 60_000, 1e12];
  let posts = 0;
  const outbox = createOutbox({
    async post() {
      posts += 1;
      return { kind: 'unreachable', retryAfterMs: asked[posts - 1] };
    },
    saved: { read: () => undefined, write: () => undefined },
    onAccepted: () => undefined,
  });
  /** Says how many posts there are just before and at the end of a wait. */
  const around = async (waitMs: number) => {
    await new Promise(setImmediate);
    t.mock.timers.tick(waitMs - 1);
    const early = posts;
    t.mock.timers.tick(1);
    return [early, posts];
  };
  outbox.say('hello');
  assert.deepEqual(
    [await around(1000), await around(60_000), await around(300_000)],
    [
      [1, 2],
      [2, 3],
      [3, 4],
    ],
  );
});

describe('messages on their way from the page', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  const POST = '**/webhooks/web';
  /** While this is so, nothing that the page sends gets through. `headers`: of the refusals. */
  const block = (page: Page, headers: Record<string, string> = {}) =>
    page.context().route(POST, (route) => route.fulfill({ status: 503, headers }));
  /** The page does not try again by itself before the test is over. */
  const MUCH_LATER = { 'Retry-After': '300' };
  const unblock = (page: Page) => page.context().unroute(POST);
  /** Resolves once the conversation shows this as stored: only then it has an answer to wait for. */
  const isStored = (page: Page) => page.getByRole('img', { name: 'is writing' }).waitFor();

  test('a message that did not get through says so, and is stored once when the server is back', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    await block(page);
    await say(page, 'keep me');
    await page.getByText('Not sent').waitFor();
    await unblock(page);
    await page.reload();
    await page.getByText('before').waitFor();
    await isStored(page);
    assert.deepEqual(await texts(page), ['before', 'keep me']);
    assert.equal(server.entries.length, 2);
  });

  test('what did not get through goes out in the order in which it was said', async (t) => {
    const { server, page } = await startChat(t, browser);
    await block(page, MUCH_LATER);
    await say(page, 'one');
    await page.getByText('Not sent').waitFor();
    await say(page, 'two');
    await page.getByText('Not sent').nth(1).waitFor();
    await unblock(page);
    await page.getByRole('button', { name: 'Try again' }).nth(1).click();
    await until(() => server.entries.length === 2);
    assert.deepEqual(
      server.entries.map(({ text }) => text),
      ['one', 'two'],
    );
  });

  test('two tabs with the same unsent message store it once', async (t) => {
    const { server, page } = await startChat(t, browser);
    await block(page);
    await say(page, 'keep me');
    await page.getByText('Not sent').waitFor();
    // A tab that a page opens begins with a copy of its storage, as a duplicated tab does.
    const opening = page.waitForEvent('popup');
    await page.evaluate('void open(location.href)');
    const second = await opening;
    await second.getByText('Not sent').waitFor();
    await unblock(page);
    for (const tab of [page, second]) await tab.getByText('Not sent').waitFor({ state: 'detached' });
    for (const tab of [page, second]) await isStored(tab);
    assert.deepEqual([await texts(page), await texts(second), server.entries.length], [['keep me'], ['keep me'], 1]);
  });

  test('the browser asks before a tab is closed with what did not get through', async (t) => {
    const { page } = await startChat(t, browser);
    await block(page);
    await say(page, 'keep me');
    await page.getByText('Not sent').waitFor();
    const asking = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asking;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await page.getByRole('button', { name: 'Discard' }).click();
    const closing = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closing;
  });

  test('a full storage of the browser keeps nothing from being sent', async (t) => {
    const { server, page } = await startChat(t, browser);
    await page.evaluate(`
      for (let size = 2 ** 22; size >= 1; size /= 2) {
        try {
          for (let number = 0; ; number += 1) sessionStorage.setItem(size + ':' + number, 'x'.repeat(size));
        } catch {}
      }
    `);
    await say(page, 'one');
    await until(() => server.entries.length === 1);
    await say(page, 'two');
    await until(() => server.entries.length === 2);
    assert.deepEqual(
      server.entries.map(({ text }) => text),
      ['one', 'two'],
    );
  });

  test('a command that no history shows is gone once a history was read, also when that took two tries', async (t) => {
    const { server, page } = await startChat(t, browser);
    server.isDeaf = true;
    await page.route('**/chat/history', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await say(page, '/switch 2');
    await until(() => server.entries.length === 1);
    server.entries.splice(0);
    await page.locator('.command').waitFor({ state: 'detached' });
  });

  test('a page that a proxy shows in the place of our answer is no acceptance', async (t) => {
    const { page } = await startChat(t, browser);
    await page.route(POST, (route) => route.fulfill({ status: 303, headers: { Location: '/chat' } }));
    await say(page, 'keep me');
    await page.getByText('Not sent').waitFor();
  });

  test('a lost acknowledgement leads to a repeat with the same id, and to one message', async (t) => {
    const { server, page } = await startChat(t, browser);
    server.isDeaf = true;
    let isFirst = true;
    await page.route('**/webhooks/web', async (route) => {
      if (!isFirst) return route.continue();
      isFirst = false;
      await route.fetch();
      return route.abort();
    });
    await say(page, 'only once');
    await page.getByText('Not sent').waitFor();
    await until(() => server.posts.length === 2);
    assert.equal(server.posts[0]?.id, server.posts[1]?.id);
    await page.getByText('is writing', { exact: false }).first().waitFor({ state: 'attached' });
    assert.deepEqual([await texts(page), server.entries.length], [['only once'], 1]);
  });

  test('a message that the server will never take can be discarded', async (t) => {
    const { page } = await startChat(t, browser);
    await page.route('**/webhooks/web', (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"detail":"Too much of it."}' }),
    );
    await say(page, 'refused');
    await page.getByText('Not sent: Too much of it.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('heading', { name: 'Hello, I’m Pantheon' }).waitFor();
  });

  test('a refusal in broken words is a refusal', async (t) => {
    const { page } = await startChat(t, browser);
    await page.route(POST, (route) => route.fulfill({ status: 413, contentType: 'application/json', body: '<html>' }));
    await say(page, 'refused');
    await page.getByText('Not sent: The server answered 413.').waitFor();
  });
});
