import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, openBrowser, openChat, styles } from './browser.ts';
import { startChatServer } from './chat-server.ts';

const WIDE = [
  {
    role: 'user' as const,
    text: `wide ${'x'.repeat(300)}`,
    app: 'telegram',
    answer: 'failed' as const,
    isEdited: true,
  },
  {
    text: `${'y'.repeat(300)}\n\n\`\`\`\n${'z'.repeat(300)}\n\`\`\`\n\n| ${'a |'.repeat(20)}\n|${'---|'.repeat(20)}\n| ${'1 |'.repeat(20)}`,
  },
  { kind: 'notice' as const, text: `https://example.org/${'n'.repeat(300)}` },
  { text: '# مرحبا\n\nكيف حالك؟' },
];

describe('the look of the page', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  const overflow = (page: Page) =>
    page.locator('html, .scroll').evaluateAll((boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth));

  for (const [width, height] of [
    [360, 640],
    [1440, 900],
    [320, 480],
  ] as const) {
    test(`nothing is wider than a screen of ${width} px, full or empty`, async (t) => {
      const full = await startChatServer(WIDE);
      const empty = await startChatServer();
      t.after(() => [full, empty].forEach((server) => server.stop()));
      full.conversation = { id: 'cnv_1', title: 'A title that is far too long for any narrow screen at all' };
      for (const server of [full, empty]) {
        const page = await openChat(t, browser, server, { viewport: { width, height } });
        await page.getByLabel('Message Pantheon').fill('/');
        await page.getByRole('option').first().waitFor();
        assert.deepEqual(await overflow(page), [0, 0]);
        assert.equal(await page.getByRole('option').first().isVisible(), true);
      }
    });
  }

  test('follows the dark or light scheme of the system, with enough contrast in both', async (t) => {
    const server = await startChatServer([{ role: 'user', text: 'hello' }, { text: 'hi' }]);
    t.after(() => server.stop());
    const grounds: number[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openChat(t, browser, server, { colorScheme });
      for (const selector of ['.prose', '.meta', '.bubble', '.hint', '.day', '.new']) {
        assert.ok((await contrast(page, selector)) >= 4.5, `${selector} in ${colorScheme}`);
      }
      grounds.push(luminance(parseColor((await styles(page.locator('body'), 'background-color'))[0] ?? '')));
    }
    assert.ok((grounds[0] ?? 0) > 0.9 && (grounds[1] ?? 1) < 0.02);
  });

  test('nothing moves for those who asked for less motion', async (t) => {
    const server = await startChatServer([{ role: 'user', text: 'hello', answer: 'wanted' }]);
    t.after(() => server.stop());
    const page = await openChat(t, browser, server, { reducedMotion: 'reduce' });
    await page.locator('.dots i').first().waitFor();
    const durations = await styles(page.locator('.dots i'), 'animation-duration');
    assert.deepEqual([...new Set(durations)], ['1e-05s']);
  });

  test('a text of the other direction begins at the other side', async (t) => {
    const server = await startChatServer([{ text: 'مرحبا' }, { text: 'hello' }]);
    t.after(() => server.stop());
    const page = await openChat(t, browser, server);
    const directions = await styles(page.locator('.answer .prose'), 'direction');
    assert.deepEqual(directions, ['rtl', 'ltr']);
  });

  test('those who listen hear who speaks, and a new answer once it is whole', async (t) => {
    const server = await startChatServer([{ role: 'user', text: 'hello', answer: 'wanted' }]);
    t.after(() => server.stop());
    const page = await openChat(t, browser, server);
    server.tell({ type: 'delta', turnId: 'trn_1', text: 'half', offset: 0 });
    await page.getByText('half').waitFor();
    const log = page.getByRole('log', { name: 'Conversation with Pantheon' });
    assert.equal(await log.getAttribute('aria-live'), 'polite');
    assert.equal(await log.locator('.draft').getAttribute('aria-live'), 'off');
    await page.getByRole('status').getByText('Pantheon is writing…').waitFor({ state: 'attached' });
    await log.getByRole('article', { name: 'You' }).waitFor();
    server.add({ text: 'half and half', turnId: 'trn_1' });
    await log.getByRole('article', { name: 'Pantheon' }).getByText('half and half').waitFor();
    assert.equal(await log.locator('[aria-live=off]').count(), 0);
  });
});

type Color = [number, number, number, number];

function parseColor(css: string): Color {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

function luminance([red, green, blue]: Color): number {
  const linear = (value: number) => (value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** The contrast of an element's text against what is painted behind it (WCAG 2.2). */
async function contrast(page: Page, selector: string): Promise<number> {
  const element = page.locator(selector).first();
  const text = (await styles(element, 'color')).map(parseColor)[0];
  const grounds = (await styles(element.locator('xpath=ancestor-or-self::*'), 'background-color')).map(parseColor);
  const ground = grounds.findLast(([, , , alpha]) => alpha === 1);
  assert.ok(text && ground, `${selector} has a text and a ground`);
  const [darker, lighter] = [luminance(text), luminance(ground)].toSorted((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}
