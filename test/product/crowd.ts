/** People who write, and the proof that none of them was lost. */
import assert from 'node:assert/strict';
import type { Message, User } from 'grammy/types';
import type { ShownMessage } from './admin.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './stage.ts';

export interface Crowd {
  people: User[];
  /** One message of one person, or of each. The text is a mark that is found again in the answer. */
  say: (person: User) => Message;
  sayAll: () => void;
  /** What was said, in order. */
  marksOf: (person: User) => string[];
}

const MARK = /w\d+-\d+/g;

/** Brings people together. */
export function gather({ telegram }: Pick<Stage, 'telegram'>, size: number): Crowd {
  const said = new Map<number, string[]>();
  const people = Array.from({ length: size }, () => telegram.person());
  const say = (person: User): Message => {
    const own = said.get(person.id) ?? [];
    const mark = `w${person.id}-${own.length + 1}`;
    said.set(person.id, [...own, mark]);
    return telegram.say({ from: person, text: mark });
  };
  return {
    people,
    say,
    sayAll: () => people.forEach(say),
    marksOf: ({ id }) => said.get(id) ?? [],
  };
}

/** The marks of a text. */
export function marksIn(text: string): string[] {
  return text.match(MARK) ?? [];
}

/** What became of all that was said. */
export interface Outcome {
  /** Marks that were answered, and the answer was sent. */
  sent: string[];
  /** Marks whose answer may have arrived. */
  unknown: string[];
  /** Marks whose turn or delivery failed or was cancelled, as `/v1/jobs` shows. */
  shown: string[];
}

/**
 * P1 to P5, once all is quiet: each message is stored once and in order, each has one answer or a job that says why
 * not, each answer is on Telegram as often as its delivery says, and in order (but for what an admin had sent again
 * later: `isInOrder: false`). Gives what became of the messages.
 */
export async function checkNothingLost(
  stage: Stage,
  crowd: Crowd,
  { deadlineMs, isInOrder = true }: { deadlineMs?: number; isInOrder?: boolean } = {},
): Promise<Outcome> {
  const { telegram, database } = stage;
  await eventually('Telegram has nothing left to give', () => telegram.pending === 0, deadlineMs);
  await database.quiet(deadlineMs);
  const outcome: Outcome = { sent: [], unknown: [], shown: [] };
  for (const person of crowd.people.filter((one) => crowd.marksOf(one).length > 0)) {
    await checkPerson(stage, crowd, person, outcome, isInOrder);
  }
  return outcome;
}

async function checkPerson(
  stage: Stage,
  crowd: Crowd,
  person: User,
  outcome: Outcome,
  isInOrder: boolean,
): Promise<void> {
  const { telegram, database, admin } = stage;
  const stored = await database.find('messages', { chatId: { $regex: `:${person.id}:$` }, role: 'user' });
  const conversations = new Set(stored.map(({ conversationId }) => String(conversationId)));
  assert.equal(conversations.size, 1, `${person.first_name} has one conversation`);
  const messages = await admin.messages([...conversations][0] ?? '');
  const asked = messages.filter(({ role }) => role === 'user').map(({ text }) => text);
  assert.deepEqual(asked, crowd.marksOf(person), 'each message is stored once, and in order');

  assert.deepEqual(
    messages.map(({ seq }) => seq),
    messages.map((_, index) => index + 1),
    'no place is empty',
  );

  const answers = messages.filter(({ role }) => role === 'agent');
  const answered = answers.flatMap(({ text }) => marksIn(text));
  assert.deepEqual(answered, [...new Set(answered)], 'nothing is answered twice');
  for (const message of stored) await checkAnswered(stage, message, answered, outcome);

  const said = telegram.sentTo(person).filter(({ text }) => marksIn(text).length > 0);
  const heard = said.map(({ text }) => text.trim());
  assert.deepEqual(heard, [...new Set(heard)], 'nothing is said twice');
  const known = answers.map(({ text }) => text.trim()).filter((text) => heard.includes(text));
  const order = (texts: string[]): string[] => (isInOrder ? texts : texts.toSorted());
  assert.deepEqual(order(heard), order(known), 'what is said is what was answered, in order');
  for (const answer of answers) checkDelivered(answer, heard, outcome);
}

/** A message that nobody answered has a failed or cancelled turn. */
async function checkAnswered(
  { admin }: Stage,
  message: Record<string, unknown>,
  answered: string[],
  outcome: Outcome,
): Promise<void> {
  const mark = String(message['text']);
  if (message['answer'] === 'given') {
    assert.ok(answered.includes(mark), `${mark} counts as answered and has an answer`);
    return;
  }
  assert.ok(!answered.includes(mark), `${mark} counts as ${String(message['answer'])} and has no answer`);
  assert.ok(['failed', 'stopped'].includes(String(message['answer'])), `${mark} is ${String(message['answer'])}`);
  if (message['answer'] === 'failed') {
    const job = await admin.job(String(message['turnId']));
    assert.equal(job.state, 'failed', `the job of ${mark} says that it failed`);
    assert.ok(job.error, `the job of ${mark} says why`);
  }
  outcome.shown.push(mark);
}

/** The delivery tells the truth about what Telegram has. */
function checkDelivered(answer: ShownMessage, heard: string[], outcome: Outcome): void {
  const marks = marksIn(answer.text);
  const [delivery, ...others] = answer.deliveries;
  assert.ok(delivery && others.length === 0, `the answer to ${marks.join()} has one delivery`);
  const times = heard.filter((text) => text === answer.text.trim()).length;
  if (delivery.state === 'sent') {
    assert.equal(times, 1, `the answer to ${marks.join()} is sent and was heard`);
    outcome.sent.push(...marks);
  } else if (delivery.state === 'unknown') outcome.unknown.push(...marks);
  else {
    assert.ok(['failed', 'cancelled'].includes(delivery.state), `${marks.join()}: ${delivery.state}`);
    assert.equal(times, 0, `the answer to ${marks.join()} is ${delivery.state} and was not heard`);
    outcome.shown.push(...marks);
  }
}
