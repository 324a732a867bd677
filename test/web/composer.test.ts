import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser } from './browser.ts';
import { startChat } from './chat.ts';
import { until } from './until.ts';

describe('the composer', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  const field = (page: Page) => page.getByLabel('Message Pantheon');
  const options = (page: Page) => page.getByRole('option');
  const chosen = async (page: Page) => {
    const id = await field(page).getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${id}`).getAttribute('aria-selected'), 'true');
    return id;
  };

  /** The name of what has the focus, and whether one can see that it has. */
  const focused = async (page: Page) =>
    page.locator('*:focus, body:not(:has(:focus))').evaluate((element) => {
      if (element.tagName === 'BODY') return 'the page itself';
      const style = element.ownerDocument.defaultView?.getComputedStyle(element.closest('.field') ?? element);
      const isVisible = style?.outlineStyle !== 'none' || style.boxShadow !== 'none';
      return `${element.ariaLabel ?? element.textContent?.trim()}${isVisible ? '' : ' without visible focus'}`;
    });

  test('has the focus at once; Enter sends, Shift and Enter begins a new line', async (t) => {
    const { server, page } = await startChat(t, browser);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    const height = (await field(page).boundingBox())?.height ?? 0;
    await page.keyboard.press('Enter');
    await until(() => server.posts.length === 1);
    assert.equal(server.posts[0]?.text, 'one\ntwo');
    assert.equal(await field(page).inputValue(), '');
    assert.ok(((await field(page).boundingBox())?.height ?? 0) < height);
  });

  test('sends nothing that is blank, and nothing that is too long', async (t) => {
    const { server, page } = await startChat(t, browser);
    await page.keyboard.type('  ');
    await page.keyboard.press('Enter');
    await field(page).fill('x'.repeat(256 * 1024 + 1));
    await page.keyboard.press('Enter');
    await page.getByText('Too long to send: 257 KB of at most 256 KB.').waitFor();
    assert.equal(server.posts.length, 0);
  });

  test('the Enter that ends a composition of an input method sends nothing', async (t) => {
    const { server, page } = await startChat(t, browser);
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await session.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    });
    await session.send('Input.insertText', { text: '日本' });
    assert.deepEqual([await field(page).inputValue(), server.posts.length], ['日本', 0]);
    await page.keyboard.press('Enter');
    await until(() => server.posts[0]?.text === '日本');
  });

  test('a text that is not sent yet survives a reload', async (t) => {
    const { page } = await startChat(t, browser);
    await page.keyboard.type('half a thought');
    await page.reload();
    await page.locator('.column:not(.loading)').waitFor();
    assert.equal(await field(page).inputValue(), 'half a thought');
  });

  test('a slash offers the commands, chosen by keyboard alone', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    await page.keyboard.type('/');
    await options(page).nth(6).waitFor();
    assert.equal(await field(page).getAttribute('role'), 'combobox');
    assert.equal(await chosen(page), 'command-help');
    await page.keyboard.press('ArrowUp');
    assert.equal(await chosen(page), 'command-history');
    await page.keyboard.type('s');
    assert.deepEqual(await options(page).locator('.name').allTextContents(), ['/switch number', '/stop']);
    await page.keyboard.press('Tab');
    assert.equal(await field(page).inputValue(), '/switch ');
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await until(() => server.posts.length === 1);
    await page.keyboard.type('/l');
    await options(page).first().waitFor();
    await page.keyboard.press('Enter');
    await until(() => server.posts.length === 2);
    assert.deepEqual(
      server.posts.map((post) => post.text),
      ['/switch 2', '/list'],
    );
  });

  test('Escape closes the commands and leaves the text', async (t) => {
    const { page } = await startChat(t, browser);
    await page.keyboard.type('/he');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    await options(page).first().waitFor({ state: 'detached' });
    assert.equal(await field(page).inputValue(), '/he');
  });

  test('a command is answered by a notice, and is not itself a message', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    await page.keyboard.type('/help me');
    await page.keyboard.press('Enter');
    await page.locator('.command').getByText('/help me').waitFor();
    server.add({ kind: 'notice', role: 'system', text: 'I can **help**.' });
    await page.getByRole('complementary', { name: 'Notice' }).getByText('help', { exact: true }).waitFor();
    assert.equal(await page.locator('.said:not(.command)').count(), 0);
  });

  test('an example of the empty page is said at a click', async (t) => {
    const { server, page } = await startChat(t, browser);
    await page.getByRole('button', { name: 'Get to know me' }).click();
    await until(() => server.posts[0]?.text === 'What can you help me with?');
    await page.locator('.bubble').waitFor();
  });

  test('everything is reached by Tab, and shows that it has the focus', async (t) => {
    const { page } = await startChat(t, browser, [
      { text: 'See [this](https://example.org/).\n\n```js\n1\n```\n\n| a |\n|---|\n| 1 |' },
    ]);
    await page.locator(':focus').blur();
    const reached: string[] = [];
    for (let step = 0; step < 12 && reached.at(-1) !== 'Message Pantheon'; step += 1) {
      await page.keyboard.press('Tab');
      reached.push(await focused(page));
    }
    const wanted = ['New conversation', 'this', 'Code', 'Table', 'Message Pantheon'];
    assert.deepEqual(
      reached.filter((name) => !name.startsWith('Copy') && name !== 'the page itself'),
      wanted,
    );
  });
});
