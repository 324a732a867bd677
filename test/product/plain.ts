/** A stage on which the product also speaks the smallest platform. */
import type { TestContext } from 'node:test';
import { type PlainStandin, startPlain } from '#test/standins/plain/index.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** Opens it; all is taken down after the test. */
export async function openPlainStage(
  t: TestContext,
  options: StageOptions = {},
): Promise<Stage & { plain: PlainStandin; read: (chat: string) => string[] }> {
  const plain = await startPlain();
  t.after(() => plain.stop());
  const env = { PLAIN_ORIGIN: plain.origin, PLAIN_TOKEN: plain.token, TELEGRAM_BOT_TOKEN: '', ...options.env };
  const stage = await openStage(t, { ...options, env, program: 'test/product/plain-main.ts' });
  const read = (chat: string): string[] =>
    plain.messagesIn(chat).flatMap(({ from, text }) => (from === 'bot' ? [text] : []));
  return { ...stage, plain, read };
}
