/** The stand-in against the unmodified library, without any of our own code between the two. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import wweb from 'whatsapp-web.js';
import { findBrowser } from '#adapters/whatsapp/browser.ts';
import { startWhatsapp, type WhatsappStandin } from '#test/standins/whatsapp/index.ts';
import { noBrowser } from '#test/whatsapp/linked.ts';

const options = { skip: noBrowser, timeout: 60_000 };

/** A client whose browser shows the stand-in's page; both end with the test. */
async function openClient(t: TestContext): Promise<{ client: wweb.Client; whatsapp: WhatsappStandin }> {
  const [whatsapp, dataPath] = await Promise.all([startWhatsapp(), mkdtemp(join(tmpdir(), 'pantheon-wweb-'))]);
  const client = new wweb.Client({
    authStrategy: new wweb.LocalAuth({ dataPath }),
    webVersionCache: { type: 'none' },
    puppeteer: {
      pipe: true,
      executablePath: findBrowser(process.env),
      args: ['--no-sandbox', '--disable-gpu', ...whatsapp.browserArgs],
    },
  });
  t.after(async () => {
    await client.destroy();
    await whatsapp.stop();
    await rm(dataPath, { recursive: true, force: true, maxRetries: 5 });
  });
  return { client, whatsapp };
}

test(
  'the library links by the QR that is valid, hears what is said, says something, and finds it',
  options,
  async (t) => {
    const { client, whatsapp } = await openClient(t);
    const shown = once(client, 'qr');
    await client.initialize();
    const [qr] = (await shown) as [string];
    assert.throws(() => whatsapp.phone.scan('2@old,a,b,c,d'), /not the one that is valid now/);
    const ready = once(client, 'ready');
    whatsapp.phone.scan(qr);
    await ready;
    assert.equal(client.info.wid._serialized, whatsapp.owner.phone);

    const paula = whatsapp.addPerson('Paula');
    const heard = once(client, 'message');
    const question = whatsapp.say(paula, 'Hello');
    const [message] = (await heard) as [wweb.Message];
    assert.deepEqual([message.id.id, message.body, message.from], [question.id, 'Hello', paula.phone]);

    const sent = await client.sendMessage(paula.phone, 'Hi', {
      waitUntilMsgSent: true,
      linkPreview: false,
      sendSeen: false,
    });
    assert.deepEqual([sent.ack, whatsapp.sent[0]?.id], [1, sent.id.id]);
    whatsapp.strangers.add('4915550000009@c.us');
    assert.equal(
      await client.sendMessage('4915550000009@c.us', 'Hi', { linkPreview: false, sendSeen: false }),
      undefined,
    );

    const chat = await client.getChatById(paula.phone);
    const all = await chat.fetchMessages({ limit: 10 });
    assert.deepEqual(
      all.map(({ body }) => body),
      ['Hello', 'Hi'],
    );
    assert.deepEqual(await client.getContactLidAndPhone([paula.lid]), [{ lid: paula.lid, pn: paula.phone }]);
    assert.deepEqual(whatsapp.unknownModules, []);

    await assert.rejects(async () => client.pupPage?.evaluate('require("WAWebUnheardOf")'), /unknown module/);
    assert.deepEqual(await whatsapp.waitFor(({ unknownModules }) => unknownModules.length > 0 && unknownModules), [
      'WAWebUnheardOf',
    ]);
  },
);

test('the page reaches no other host', options, async (t) => {
  const { client, whatsapp } = await openClient(t);
  await client.initialize();
  assert.equal(whatsapp.pages, 1);
  const elsewhere = client.pupPage?.evaluate(
    'fetch("https://example.org/").then(() => "reached", () => "unreachable")',
  );
  assert.equal(await elsewhere, 'unreachable');
});
