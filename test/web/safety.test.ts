import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser } from './browser.ts';
import { startChatServer } from './chat-server.ts';

const ATTACKS = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<svg onload="window.hacked = 1"><a href="javascript:window.hacked=1">x</a></svg>',
  '<iframe src="https://evil.example/"></iframe>',
  '<details open ontoggle="window.hacked = 1">x</details>',
  '[click](javascript:window.hacked=1)',
  '[click](JaVaScRiPt:window.hacked=1)',
  '[click](java&#115;cript:window.hacked=1)',
  '[click](&#x6a;avascript:window.hacked=1)',
  '[click](data:text/html,<script>window.hacked=1</script>)',
  '[click](vbscript:window.hacked=1)',
  '[click]( javascript:window.hacked=1)',
  '[click][ref]\n\n[ref]: javascript:window.hacked=1',
  '<javascript:window.hacked=1>',
  '![picture](https://evil.example/pixel.png)',
  '![picture](x"onerror="window.hacked=1)',
  '[click](https://evil.example/"onmouseover="window.hacked=1)',
  '```"><img src=x onerror=window.hacked=1>\ncode\n```',
  '| <img src=x onerror="window.hacked=1"> |\n|---|\n| <script>window.hacked=1</script> |',
  '&lt;script&gt;window.hacked=1&lt;/script&gt;',
  '<style>body { display: none }</style>',
  '<form action="https://evil.example/"><button>send</button></form>',
  '<base href="https://evil.example/">',
  '- [x] <input onfocus="window.hacked=1" autofocus>',
];

describe('what anybody writes does nothing to the page', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  /** The page with these texts, and what it asked the network for or complained about. */
  async function open(t: TestContext, texts: string[]) {
    const server = await startChatServer(
      texts.flatMap((text) => [{ text }, { role: 'user' as const, text }, { kind: 'notice' as const, text }]),
    );
    t.after(() => server.stop());
    const context = await browser.newContext();
    t.after(() => context.close());
    const requests: string[] = [];
    const complaints: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    context.on('console', (line) => complaints.push(line.text()));
    context.on('weberror', (error) => complaints.push(String(error.error())));
    const page = await context.newPage();
    await page.goto(`${server.url}/chat`);
    await page.locator('.column:not(.loading)').waitFor();
    return { server, page, requests, complaints };
  }

  const wasHacked = (page: Page) => page.evaluate(() => 'hacked' in globalThis);

  test('no markup, script or address in a text comes to life', async (t) => {
    const { page, complaints } = await open(t, ATTACKS.slice(0, 16));
    const rest = await open(t, ATTACKS.slice(16));
    for (const shown of [page, rest.page]) {
      const found = shown
        .locator('.log')
        .locator('script, img, iframe, svg:not(.icon, .mark), style, form, base, details');
      assert.equal(await found.count(), 0);
      const links = await shown
        .locator('.log a')
        .evaluateAll((all) => all.map((link) => new URL(link.getAttribute('href') ?? '').protocol));
      assert.deepEqual(
        links.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol)),
        [],
      );
      for (const text of await shown.getByText('click', { exact: true }).all()) await text.click({ trial: true });
      assert.equal(await wasHacked(shown), false);
    }
    assert.deepEqual([...complaints, ...rest.complaints], []);
  });

  test('HTML is shown as it was written', async (t) => {
    const { page } = await open(t, ['before <b>bold</b> &amp; <script>x</script>\n\n<div>block</div>']);
    const answer = page.locator('.answer .prose');
    assert.equal(await answer.innerText(), 'before <b>bold</b> & <script>x</script>\n\n<div>block</div>');
  });

  test('a link opens elsewhere and learns nothing about us', async (t) => {
    const { page } = await open(t, [
      '<https://example.org/a?b=1&c=2> and me@example.org and [bad](ftp://example.org/)',
    ]);
    const links = await page
      .locator('.answer a')
      .evaluateAll((all) => all.map((link) => ['href', 'target', 'rel'].map((name) => link.getAttribute(name))));
    assert.deepEqual(links, [
      ['https://example.org/a?b=1&c=2', '_blank', 'noopener noreferrer'],
      ['mailto:me@example.org', '_blank', 'noopener noreferrer'],
    ]);
  });

  test('nothing is asked of any other host', async (t) => {
    const { server, page, requests } = await open(t, [
      '![picture](https://evil.example/pixel.png)',
      ...ATTACKS.slice(0, 6),
    ]);
    await page.getByLabel('Message Pantheon').fill('hello');
    await page.keyboard.press('Enter');
    await page.getByText('hello', { exact: true }).waitFor();
    assert.ok(requests.length > 20);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith(`${server.url}/`)),
      [],
    );
  });
});
