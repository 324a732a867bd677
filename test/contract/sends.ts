/** The way out: what became of a send, as the class of an error says it; it alone decides what may be done next (P5). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ChannelError } from '#src/errors.ts';
import { eventually } from '#test/product/eventually.ts';
import { abortOnce } from '#test/standins/patience.ts';
import { type ContractFixture, newKey, type Opened, type Trouble } from './fixture.ts';

const TEXT = 'a private word';
const SILENCE_MS = 1_000;
const ENOUGH_MS = 20_000;
const AT_ONCE_MS = 3_000;
const RETRY_AFTER_MS = 3_000;

type Meaning = { name: string; certain?: boolean; retryAfterMs?: number };
const NOT_SENT: Meaning = { name: 'UnavailableError', certain: true };
const UNKNOWN: Meaning = { name: 'UnavailableError', certain: false };

/** Every trouble, and what the adapter has to make of it (design: not sent and tried again, final, or unknown). */
function meaningsOf({ certain = [] }: ContractFixture): [Trouble, Meaning][] {
  const open = (status: 500 | 502): Meaning => (certain.includes(status) ? NOT_SENT : UNKNOWN);
  return [
    ['away', NOT_SENT],
    [{ status: 503 }, NOT_SENT],
    [
      { status: 429, retryAfterMs: RETRY_AFTER_MS },
      { name: 'RateLimitedError', retryAfterMs: RETRY_AFTER_MS },
    ],
    [{ status: 400 }, { name: 'RejectedError' }],
    [{ status: 500 }, open(500)],
    [{ status: 502 }, open(502)],
    ['silence', UNKNOWN],
    ['cut', UNKNOWN],
    ['acceptThenSilence', UNKNOWN],
    ['acceptThenCut', UNKNOWN],
    ['nonsense', UNKNOWN],
  ];
}

function send({ channel, chat }: Opened, signal: AbortSignal): Promise<unknown> {
  return channel.send({ chat, text: channel.format(TEXT)[0] ?? '', key: newKey() }, signal);
}

/** Orders the trouble. `false`: this platform has none such. */
async function order({ channel, fail }: Opened, trouble: Trouble): Promise<boolean> {
  if (!(await fail(trouble))) return false;
  // A connection that is kept from before is found broken by this call, and by none after it.
  if (trouble === 'away') await channel.probe?.(AbortSignal.timeout(ENOUGH_MS)).catch(() => undefined);
  return true;
}

export function sendTests(fixture: ContractFixture): void {
  const { open, patienceMs = SILENCE_MS } = fixture;
  /** Only a silence is given up; whatever else becomes of the send is waited for. */
  const patienceWith = (opened: Opened, trouble: Trouble): AbortSignal => {
    const hasArrived = () => opened.arrived().length > 0;
    if (trouble === 'acceptThenSilence') return abortOnce(eventually('it has arrived', hasArrived));
    return AbortSignal.timeout(trouble === 'silence' ? patienceMs : ENOUGH_MS);
  };
  const sendIn = (opened: Opened, trouble: Trouble) => send(opened, patienceWith(opened, trouble));

  test('what is said arrives once, and has an id', async (t) => {
    const opened = await open(t);
    const { externalId } = (await send(opened, AbortSignal.timeout(ENOUGH_MS))) as { externalId: string };
    assert.ok(externalId.length > 0);
    assert.deepEqual(opened.arrived(), [TEXT]);
  });

  suite('a send that goes wrong', () => {
    for (const [trouble, meaning] of meaningsOf(fixture)) {
      test(`${JSON.stringify(trouble)} is ${JSON.stringify(meaning)}`, async (t) => {
        const opened = await open(t);
        if (!(await order(opened, trouble))) return t.skip('the platform has no such trouble');
        await assert.rejects(sendIn(opened, trouble), meaning);
        const hasArrived = typeof trouble === 'string' && trouble.startsWith('accept');
        if (trouble !== 'nonsense') assert.equal(opened.arrived().length, hasArrived ? 1 : 0);
      });
    }
  });

  test('a send ends at once when it is given up, and one that never began is certain', async (t) => {
    const opened = await open(t);
    if (!(await opened.fail('silence'))) return t.skip('it cannot be kept waiting');
    const stop = new AbortController();
    const sending = assert.rejects(send(opened, stop.signal), UNKNOWN);
    const begun = setTimeout(() => stop.abort(), patienceMs);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('It did not end at once.')), patienceMs + AT_ONCE_MS);
    await Promise.race([sending, late.promise]).finally(() => [begun, timer].forEach((one) => clearTimeout(one)));
    await assert.rejects(send(opened, AbortSignal.abort()), NOT_SENT);
  });

  test('a probe says nothing, and throws what a send would', async (t) => {
    const isGone = (trouble: Trouble) => trouble === 'away' || (typeof trouble === 'object' && trouble.status >= 502);
    for (const [trouble, meaning] of meaningsOf(fixture).filter(([one]) => isGone(one))) {
      const opened = await open(t);
      if (!opened.channel.probe) return t.skip('its account needs no probe');
      await opened.channel.probe(AbortSignal.timeout(ENOUGH_MS));
      assert.deepEqual(opened.arrived(), []);
      if (!(await order(opened, trouble))) continue;
      await assert.rejects(async () => opened.channel.probe?.(AbortSignal.timeout(ENOUGH_MS)), meaning);
    }
  });

  test('no error and no line of the log tells a secret or what was said', async (t) => {
    for (const [trouble] of meaningsOf(fixture)) {
      const opened = await open(t);
      if (!(await order(opened, trouble))) continue;
      const error = await sendIn(opened, trouble).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof ChannelError, JSON.stringify(trouble));
      const { stack, cause } = error;
      const told = [stack, JSON.stringify(error), String(cause), JSON.stringify(cause), ...opened.log].join('\n');
      for (const secret of [...opened.secrets, TEXT]) assert.ok(!told.includes(secret), JSON.stringify(trouble));
    }
  });
}
