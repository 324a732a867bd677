import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page, Request, Route } from 'playwright-core';
import { eventually } from '#test/product/eventually.ts';
import { noBrowser, openBrowser, openTab } from './browser.ts';
import type { ChatServer } from './chat-server.ts';
import { say, startChat, texts } from './chat.ts';
import { until } from './until.ts';

describe('the conversation on the page', { skip: noBrowser }, () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  const shows = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();
  const box = (page: Page) => page.locator('.scroll');
  const placeOf = (page: Page) => box(page).evaluate((e) => e.scrollTop);
  /** Resolves once the page has brought the end into view, which it does after it has shown what is there. */
  const showsEnd = (page: Page) =>
    eventually('the end is in view', () =>
      box(page).evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight < 2),
    );
  const goToStart = async (page: Page) => {
    await showsEnd(page);
    await box(page).evaluate((e) => e.scrollTo(0, 0));
  };

  /** Keeps the next answer from this address back until it is released. `held`: the server has given it. */
  async function holdNext(page: Page, address: string) {
    const held = Promise.withResolvers<Request>();
    const going = Promise.withResolvers<void>();
    const hold = async (route: Route) => {
      const response = await route.fetch();
      held.resolve(route.request());
      await going.promise;
      await route.fulfill({ response });
    };
    await page.route(address, hold, { times: 1 });
    const release = async () => {
      const request = await held.promise;
      const arrived = page.waitForEvent('requestfinished', (finished) => finished === request);
      going.resolve();
      await arrived;
    };
    return { held: held.promise, release };
  }

  /** Streams an answer as the product does, and stores it. */
  function answer(server: ChatServer, turnId: string, pieces: string[]): void {
    let text = '';
    for (const piece of pieces) {
      server.tell({ type: 'delta', turnId, text: piece, offset: text.length });
      text += piece;
    }
    server.add({ text, turnId });
    server.tell({ type: 'turn', turnId, state: 'done' });
  }

  test('a message is sent, the answer grows while it is written, and stays once', async (t) => {
    const { server, page } = await startChat(t, browser);
    await page.getByRole('heading', { name: 'Hello, I’m Pantheon' }).waitFor();
    await say(page, 'hello there');
    await shows(page, 'hello there');
    await page.getByRole('img', { name: 'is writing' }).waitFor();
    server.tell({ type: 'delta', turnId: 'trn_1', text: 'Good ', offset: 0 });
    await shows(page, 'Good');
    server.tell({ type: 'delta', turnId: 'trn_1', text: 'mor', offset: 5 });
    await shows(page, 'Good mor');
    server.tell({ type: 'restart', turnId: 'trn_1' });
    answer(server, 'trn_1', ['Good ', '**morning**']);
    await page.locator('.draft').waitFor({ state: 'detached' });
    assert.deepEqual(await texts(page), ['hello there', 'Good morning']);
    assert.equal(server.posts.length, 1);
  });

  test('a reload shows the same conversation', async (t) => {
    const { page } = await startChat(t, browser, [{ role: 'user', text: 'one', app: 'telegram' }, { text: 'two' }]);
    await page.getByText('via Telegram').waitFor();
    await page.reload();
    await shows(page, 'two');
    assert.deepEqual(await texts(page), ['one', 'two']);
  });

  test('a second tab sees what the first one says and is answered, also from the middle of an answer', async (t) => {
    const { server, page } = await startChat(t, browser);
    const second = await openTab(page.context(), server);
    await say(page, 'hello');
    await shows(second, 'hello');
    server.tell({ type: 'delta', turnId: 'trn_1', text: 'the end', offset: 100 });
    await shows(second, '… the end');
    server.add({ text: 'the beginning and the end', turnId: 'trn_1' });
    await shows(second, 'the beginning and the end');
    assert.deepEqual(await texts(second), await texts(page));
  });

  test('what was missed while the stream was cut is shown once', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    server.isDeaf = true;
    server.cutStreams();
    server.add({ role: 'user', text: 'missed question', app: 'telegram' });
    server.add({ text: 'missed answer' });
    server.isDeaf = false;
    await shows(page, 'missed answer');
    server.add({ text: 'after' });
    await shows(page, 'after');
    assert.deepEqual(await texts(page), ['before', 'missed question', 'missed answer', 'after']);
  });

  test('when more was missed than one page of history holds, no hole is left', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'number 1' }]);
    server.isDeaf = true;
    server.cutStreams();
    for (let number = 2; number <= 70; number += 1) server.add({ text: `number ${number}` });
    server.isDeaf = false;
    await shows(page, 'number 70');
    await goToStart(page);
    await shows(page, 'number 1');
    assert.deepEqual(
      await texts(page),
      Array.from({ length: 70 }, (_, index) => `number ${index + 1}`),
    );
  });

  test('what happens while the history is on its way is shown once, and stays', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    const history = await holdNext(page, '**/chat/history');
    server.cutStreams();
    await history.held;
    server.add({ text: 'meanwhile' });
    await shows(page, 'meanwhile');
    await history.release();
    server.add({ text: 'after' });
    await shows(page, 'after');
    assert.deepEqual(await texts(page), ['before', 'meanwhile', 'after']);
  });

  test('what happens while older entries are on their way stays', async (t) => {
    const seed = Array.from({ length: 60 }, (_, index) => ({ text: `number ${index + 1}` }));
    const { server, page } = await startChat(t, browser, seed);
    const older = await holdNext(page, '**/chat/history?before=*');
    await goToStart(page);
    await older.held;
    server.add({ text: 'meanwhile' });
    await page.getByText('meanwhile').waitFor();
    await older.release();
    await page.getByText('number 1', { exact: true }).waitFor();
    assert.deepEqual(await texts(page), [...seed.map(({ text }) => text), 'meanwhile']);
  });

  test('a history that comes later than a newer one does not bring back what was', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'old' }]);
    const history = await holdNext(page, '**/chat/history');
    server.cutStreams();
    await history.held;
    server.entries.splice(0);
    server.conversation = { id: 'cnv_2', title: 'A new beginning' };
    server.tell({ type: 'active', conversationId: 'cnv_2' });
    await page.getByText('A new beginning').waitFor();
    await history.release();
    server.add({ id: 'msg_new', text: 'new' });
    await shows(page, 'new');
    assert.deepEqual(await texts(page), ['new']);
  });

  test('without a connection the page says so, keeps the text, and goes on by itself', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'before' }]);
    server.refuseWith = 503;
    server.cutStreams();
    await page.getByText('Connection lost. Reconnecting…').waitFor();
    await page.getByRole('textbox').fill('not yet');
    assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    await page.keyboard.press('Enter');
    server.refuseWith = undefined;
    await page.getByText('Connection lost. Reconnecting…').waitFor({ state: 'detached' });
    assert.equal(server.posts.length, 0);
    await page.keyboard.press('Enter');
    await until(() => server.posts[0]?.text === 'not yet');
  });

  test('the stop button is there while an answer is made, and sends /stop', async (t) => {
    const { server, page } = await startChat(t, browser, [{ role: 'user', text: 'a long story', answer: 'wanted' }]);
    await page.getByRole('button', { name: 'Stop answering' }).click();
    await until(() => server.posts.length === 1);
    assert.equal(server.posts[0]?.text, '/stop');
    server.tell({ type: 'turn', turnId: 'trn_1', state: 'cancelled' });
    await page.getByText('Stopped before it was answered').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Stop answering' }).count(), 0);
  });

  test('edits and deletions show where the message is', async (t) => {
    const { server, page } = await startChat(t, browser, [{ role: 'user', text: 'first' }, { text: 'second' }]);
    const [first, second] = server.entries;
    assert.ok(first && second);
    server.tell({ type: 'edit', entry: { ...first, text: 'first, better', isEdited: true } });
    server.tell({ type: 'edit', entry: { ...second, text: '', isDeleted: true } });
    await shows(page, 'first, better');
    await page.getByText('edited').waitFor();
    await page.getByText('This message was deleted.').waitFor();
  });

  test('another active conversation takes the place of this one', async (t) => {
    const { server, page } = await startChat(t, browser, [{ text: 'old' }]);
    server.entries.splice(0);
    server.conversation = { id: 'cnv_2', title: 'A new beginning' };
    server.tell({ type: 'active', conversationId: 'cnv_2' });
    await page.getByText('A new beginning').waitFor();
    await page.getByRole('heading', { name: 'Hello, I’m Pantheon' }).waitFor();
    assert.equal(await page.title(), 'A new beginning · Pantheon');
  });

  test('the end stays in view while an answer grows, and one can leave it', async (t) => {
    const { server, page } = await startChat(
      t,
      browser,
      Array.from({ length: 30 }, (_, index) => ({ text: `number ${index + 1}` })),
    );
    await say(page, 'go on');
    await shows(page, 'go on');
    const grow = async (from: number, to: number) => {
      for (let line = from; line < to; line += 1) {
        server.tell({ type: 'delta', turnId: 'trn_1', text: `\n\nline ${line}`, offset: 100 });
        await shows(page, `line ${line}`);
      }
    };
    await grow(0, 20);
    await showsEnd(page);
    await box(page).hover();
    const place = (await placeOf(page)) - 400;
    await page.mouse.wheel(0, -400);
    await page.getByRole('button', { name: 'To the latest message' }).waitFor();
    await eventually('the wheel has come to rest', async () => (await placeOf(page)) === place);
    await grow(20, 25);
    assert.equal(await placeOf(page), place);
  });

  test('scrolling up loads what is older and holds its place; new messages wait below', async (t) => {
    const { server, page } = await startChat(
      t,
      browser,
      Array.from({ length: 120 }, (_, index) => ({ text: `number ${index + 1}` })),
    );
    await shows(page, 'number 120');
    await showsEnd(page);
    const place = () => page.getByText('number 75', { exact: true }).boundingBox();
    await page.getByText('number 75', { exact: true }).scrollIntoViewIfNeeded();
    await box(page).evaluate((e) => (e.scrollTop = 500));
    const earlier = await place();
    await page.getByText('number 21', { exact: true }).waitFor({ state: 'attached' });
    assert.ok(Math.abs(((await place())?.y ?? 0) - (earlier?.y ?? 0)) < 3);
    server.add({ text: 'something new' });
    await page.getByRole('button', { name: 'New messages' }).click();
    await shows(page, 'something new');
    await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'detached' });
  });
});
