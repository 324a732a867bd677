/** The reference page in a real browser: whole, quiet, and handled by keyboard alone. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test, type TestContext } from 'node:test';
import express from 'express';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import { describeApi } from '#src/api/reference/document.ts';
import type { Operation } from '#src/api/reference/operation.ts';
import { PAGES_AND_WEBHOOKS } from '#src/api/reference/pages.ts';
import { createDocsPage } from '#src/web/docs/page.ts';
import { noBrowser, openBrowser } from './browser.ts';

const operations: Operation[] = [
  {
    method: 'post',
    path: '/v1/things/{id}/turn',
    access: 'admin',
    tag: 'Things',
    summary: 'Turn a thing',
    body: z.strictObject({
      by: z.number().max(360).meta({ description: 'In `degrees`.' }),
      why: z.string().optional(),
    }),
    example: { by: 90, why: `a ${'very '.repeat(40)}good reason, <b>"quoted"</b>` },
    answers: { 200: { description: 'As it is now.', schema: z.object({ id: z.string(), angle: z.number() }) } },
  },
  ...PAGES_AND_WEBHOOKS,
];

async function serve(): Promise<{ url: string; stop: () => void }> {
  const app = express();
  app.use(createDocsPage(describeApi(operations, { version: '1.2.3', serverUrl: 'http://localhost:3000' })));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close().closeAllConnections() };
}

describe('the reference page', { skip: noBrowser }, () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  before(async () => ([browser, site] = await Promise.all([openBrowser(), serve()])));
  after(async () => {
    await browser.close();
    site.stop();
  });

  /** The page, with all that the browser asked for and complained of. */
  const open = async (t: TestContext, options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options);
    t.after(() => context.close());
    const page = await context.newPage();
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${site.url}/docs`);
    await page.locator('.code-string').first().waitFor();
    return { page, asked, complaints };
  };
  const shown = (page: Page) => page.locator('#operations li:not([hidden])').allInnerTexts();

  for (const [width, height] of [
    [360, 640],
    [1440, 900],
  ] as const) {
    test(`nothing is wider than a screen of ${width} px`, async (t) => {
      const { page } = await open(t, { viewport: { width, height } });
      const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      assert.equal(over, 0);
    });
  }

  test('asks no other host for anything, and breaks no rule of its policy', async (t) => {
    const { asked, complaints } = await open(t);
    assert.deepEqual(
      asked.filter((address) => !address.startsWith(site.url)),
      [],
    );
    assert.deepEqual(complaints, []);
    const { headers } = await fetch(`${site.url}/docs`);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'; script-src 'self'; .*trusted-types 'none'$/,
    );
  });

  test('is whole without its script', async (t) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${site.url}/docs`);
    await page.getByRole('heading', { name: 'Start a conversation, continue it, fetch it' }).waitFor();
    const thing = page.locator('#postV1ThingTurn');
    assert.match(
      await thing.innerText(),
      /Needs a key of scope admin[\s\S]*by\s+number\s+required\s+In degrees\.\s+at most 360/,
    );
    assert.match(await thing.getByRole('tabpanel').innerText(), /^curl -X POST[\s\S]*<b>\\"quoted\\"<\/b>/);
  });

  test('shows all samples in the language that was chosen last', async (t) => {
    const { page } = await open(t);
    await page.locator('#postV1ThingTurn').getByRole('tab', { name: 'Shell' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('#postV1ThingTurn-go').waitFor();
    assert.equal(await page.getByRole('tab', { selected: true }).count(), operations.length);
    await page.reload();
    await page.locator('#getOpenapiJson-go').waitFor();
    assert.equal(await page.locator('#getOpenapiJson-shell').isVisible(), false);
  });

  test('an operation is found while one types, and reached by keyboard', async (t) => {
    const { page } = await open(t);
    await page.keyboard.press('/');
    await page.keyboard.type('POST thing');
    assert.equal((await shown(page)).length, 1);
    await page.keyboard.press('Enter');
    await page.waitForURL(/#postV1ThingTurn$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    assert.equal((await shown(page)).length, operations.length);
    await page.keyboard.type('no such thing');
    await page.getByText('No operation fits.').waitFor();
  });

  test('on a narrow screen the contents fold away once one has chosen', async (t) => {
    const { page } = await open(t, { viewport: { width: 360, height: 640 } });
    assert.equal(await page.getByRole('navigation').getByRole('link').count(), 0);
    await page.locator('nav summary').click();
    await page.getByRole('navigation').getByRole('link', { name: 'Turn a thing' }).click();
    await page.waitForURL(/#postV1ThingTurn$/);
    assert.equal(await page.locator('nav details').getAttribute('open'), null);
  });

  test('code is copied as it stands', async (t) => {
    const { page } = await open(t, { permissions: ['clipboard-read', 'clipboard-write'] });
    const panel = page.locator('#postV1ThingTurn-shell');
    await panel.hover();
    await panel.getByRole('button', { name: 'Copy' }).click();
    await panel.getByRole('button', { name: 'Copied' }).waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), await panel.locator('code').textContent());
  });
});
