/** The whole product with a linked phone. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '#test/product/eventually.ts';
import { makeDataDir, removeDataDir } from '#test/product/services.ts';
import { openStage, type Stage } from '#test/product/stage.ts';
import { type Person, startWhatsapp, type WhatsappStandin } from '#test/standins/whatsapp/index.ts';

const READY_MS = 90_000;

export interface Whole extends Stage {
  whatsapp: WhatsappStandin;
  dataDir: string;
}

interface ShownChannel {
  name: string;
  state: string;
}

export async function stateOf({ admin }: Stage): Promise<string | undefined> {
  const { body } = await admin.call<{ data: ShownChannel[] }>('GET', '/v1/channels');
  return body.data.find(({ name }) => name === 'whatsapp')?.state;
}

export function isReady(stage: Stage): Promise<unknown> {
  return eventually('WhatsApp is ready', async () => (await stateOf(stage)) === 'ready', READY_MS);
}

/** The product, started, linked by the QR of its pairing call, and ready. */
export async function openProduct(t: TestContext, env: Record<string, string> = {}): Promise<Whole> {
  const [whatsapp, dataDir] = await Promise.all([startWhatsapp(), makeDataDir()]);
  t.after(() => whatsapp.stop());
  const stage = await openStage(t, {
    env: {
      DATA_DIR: dataDir,
      WHATSAPP_ENABLED: 'true',
      WHATSAPP_BROWSER_ARGS: JSON.stringify(whatsapp.browserArgs),
      WHATSAPP_SEND_RATE: '100',
      WHATSAPP_CHAT_RATE: '100',
      ...env,
    },
  });
  t.after(() => removeDataDir(dataDir));
  await stage.start();
  const { qr, svg } = await eventually('a QR', async () => {
    const { status, body } = await stage.admin.call<{ qr: string; svg: string }>(
      'GET',
      '/v1/channels/whatsapp/pairing',
    );
    return status === 200 && body;
  });
  assert.match(svg, /^<svg/);
  whatsapp.phone.scan(qr);
  await isReady(stage);
  const paired = await stage.admin.call('GET', '/v1/channels/whatsapp/pairing');
  assert.equal(paired.status, 409);
  return { ...stage, whatsapp, dataDir };
}

/** How often what was missed has been fetched. */
export function caughtUp(stage: Stage): number {
  const lines = stage.running().flatMap(({ lines: all }) => all);
  return lines.filter(({ msg, channel }) => msg === 'what was missed has been fetched' && channel === 'whatsapp')
    .length;
}

export function saidTo(whatsapp: WhatsappStandin, { phone }: Person): string[] {
  return whatsapp.sent.filter(({ chat }) => chat === phone).map(({ body }) => body);
}
