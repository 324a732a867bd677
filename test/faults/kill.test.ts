/** `kill -9` at every step of a message's way, while fifty people write: P1 to P6 hold afterwards, by themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Crowd, checkNothingLost, gather } from '#test/product/crowd.ts';
import { within } from '#test/product/eventually.ts';
import { type Place, type Proxy, startProxy } from '#test/product/proxy.ts';
import { resolveByLooking } from '#test/product/resolve.ts';
import { sharedServices } from '#test/product/services.ts';
import { openStage, type Stage } from '#test/product/stage.ts';

const CROWD = 50;

/** The steps of ARCHITECTURE's walk, and by what each is known on the wire. */
const MEET = ['.identities', 'firstConversationId'];
const STORE = ['.messages', 'in:telegram:', 'hasWork'];
const RING_REPLY = [':reply:', 'cnv_'];
const BEGIN = ['.turns', 'runs'];
const DECIDE = ['.messages', 'out:trn_'];
const RING_DELIVER = [':deliver-telegram:', 'telegram:777'];
const INTEND = ['deliveries', 'leaseHolder', 'sending'];
const RECORD = ['deliveries', '$push', 'tries'];

/** One moment of the way: begins to wait for it, and resolves when the product is there. */
type Moment = () => Promise<unknown>;

/** Every boundary between two steps, in their order. */
function momentsOf({ telegram, model }: Stage, mongodb: Proxy, redis: Proxy): [name: string, moment: Moment][] {
  const at =
    (wire: Proxy, says: Place['says'], where: Place['where'], nth = 3): Moment =>
    () =>
      wire.stopAt({ says, where, nth });
  return [
    ['a person was met', at(mongodb, MEET, 'after')],
    ['before the message is stored', at(mongodb, STORE, 'before', 1)],
    ['after it is stored', at(mongodb, STORE, 'after', 1)],
    ['before the ring for an answer', at(redis, RING_REPLY, 'before', 1)],
    ['after the ring for an answer', at(redis, RING_REPLY, 'after', 1)],
    ['before the turn begins', at(mongodb, BEGIN, 'before')],
    ['before the model is asked', at(mongodb, BEGIN, 'after')],
    [
      'while the model answers',
      () => {
        const [gate, asked] = [model.gate(1), model.requests.length];
        return model
          .waitFor(({ requests }) => requests.length > asked + 2)
          .then(() => setImmediate(() => gate.release()));
      },
    ],
    ['before the answer is decided', at(mongodb, DECIDE, 'before')],
    ['after the answer is decided', at(mongodb, DECIDE, 'after')],
    ['before the ring for the delivery', at(redis, RING_DELIVER, 'before')],
    ['after the ring for the delivery', at(redis, RING_DELIVER, 'after')],
    ['before the intent is written', at(mongodb, INTEND, 'before')],
    ['after the intent is written, before the send', at(mongodb, INTEND, 'after')],
    [
      'after the send, before its answer',
      () => {
        telegram.faultNext('sendMessage', 'acceptThenHang');
        const sent = telegram.sent.length;
        return telegram.waitFor((standin) => standin.sent.length > sent);
      },
    ],
    ['before the send is recorded', at(mongodb, RECORD, 'before')],
    ['after the send is recorded', at(mongodb, RECORD, 'after')],
  ];
}

/** Fifty people write, the product comes to the moment and is killed there. */
async function killAt(stage: Stage, crowd: Crowd, name: string, moment: Moment): Promise<void> {
  const product = await stage.start();
  const reached = moment();
  // What still waits at Telegram is enough to come there.
  if (stage.telegram.pending < CROWD) crowd.sayAll();
  await within(60_000, `the product comes to "${name}"`, reached);
  await product.kill('SIGKILL');
}

test('the product is killed at every step: nothing is lost, and nothing is said twice', async (t) => {
  const { mongodbUri, redisUrl } = await sharedServices();
  const [mongodb, redis] = await Promise.all([startProxy(t, 'mongodb', mongodbUri), startProxy(t, 'redis', redisUrl)]);
  const env = { MODEL_CONCURRENCY: '8' };
  const stage = await openStage(t, { via: { mongodbUri: mongodb.via, redisUrl: redis.via }, env });
  const crowd = gather(stage, CROWD);
  for (const [name, moment] of momentsOf(stage, mongodb, redis)) await killAt(stage, crowd, name, moment);
  await stage.start();
  const { shown } = await checkNothingLost(stage, crowd, { deadlineMs: 120_000 });
  assert.deepEqual(shown, [], 'nothing failed');

  const resolved = await resolveByLooking(stage);
  assert.ok(
    resolved.sent > 0 && resolved.not_sent > 0,
    `both kinds of unknown were there: ${JSON.stringify(resolved)}`,
  );
  const { sent } = await checkNothingLost(stage, crowd, { isInOrder: false });
  assert.equal(sent.length, crowd.people.flatMap(crowd.marksOf).length, 'everything is answered, once');
});
