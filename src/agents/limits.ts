/** The lids on what an open bot can cost: turns a day in all and per person, messages a minute per person. */
import type { Config } from '../config.ts';
import type { Message } from '../store/messages.ts';
import type { Person } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { update, type Write } from '../store/write.ts';

const WINDOW_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long this process believes its own count of the day's turns before it asks for everybody's. */
const COUNT_TRUSTED_MS = 5_000;
const COUNT_EVERY_MS = 1_000;

/** A lid that was reached. `openAt`: the messages wait until then; else they are not answered. */
export interface Lid {
  code: 'daily_turns_reached' | 'person_daily_turns_reached' | 'person_rate_reached';
  /** What is logged and shown to the admin. */
  message: string;
  /** The one kind line. */
  toPerson: string;
  /** There is one line in this period. */
  period: { name: string; since: Date };
  openAt?: Date;
}

export interface TurnLimits {
  /** The lid that keeps this person's messages from being answered now, if any. */
  check(
    person: Person | undefined,
    messages: readonly Message[],
    inputs: readonly Message[],
    now: Date,
  ): Promise<Lid | undefined>;
  /** The writes that count one more turn. */
  count(person: Person | undefined, now: Date): Write[];
}

/** Makes the lids: one per process, as it counts what it has not yet written. */
export function createTurnLimits(
  store: Pick<Store, 'counters' | 'people'>,
  config: Pick<Config, 'DAILY_TURNS' | 'PERSON_DAILY_TURNS' | 'PERSON_RATE'>,
): TurnLimits {
  let today = { day: '', turns: 0, readAt: 0 };
  let unwritten = { day: '', turns: 0, since: 0 };

  const turnsToday = async (now: Date) => {
    const day = dayOf(now);
    if (today.day !== day || now.getTime() - today.readAt > COUNT_TRUSTED_MS) {
      const counter = await store.counters.findById(counterId(day)).lean();
      const own = unwritten.day === day ? unwritten.turns : 0;
      today = { day, turns: (counter?.count ?? 0) + own, readAt: now.getTime() };
    }
    return today.turns;
  };

  /** Under load the turns of a second are one write: a crash forgets no more than those. */
  const countTotal = (day: string, now: Date): Write[] => {
    if (unwritten.day !== day) unwritten = { day, turns: 0, since: 0 };
    unwritten.turns += 1;
    if (now.getTime() - unwritten.since < COUNT_EVERY_MS) return [];
    const expiresAt = new Date(now.getTime() + 2 * DAY_MS);
    const change = { $inc: { count: unwritten.turns }, $setOnInsert: { expiresAt } };
    unwritten = { day, turns: 0, since: now.getTime() };
    return [update(store.counters, { _id: counterId(day) }, change, { upsert: true })];
  };

  return {
    async check(person, messages, inputs, now) {
      const day = dayOf(now);
      const openAt = windowOpensAt(messages, inputs, config.PERSON_RATE, now);
      if (openAt) return rateLid(config.PERSON_RATE, openAt);
      if (person?.turnsDay === day && person.turns >= config.PERSON_DAILY_TURNS)
        return personDayLid(config.PERSON_DAILY_TURNS, day);
      return (await turnsToday(now)) >= config.DAILY_TURNS ? dayLid(config.DAILY_TURNS, day) : undefined;
    },
    count(person, now) {
      const day = dayOf(now);
      today.turns += 1;
      const total = countTotal(day, now);
      if (person === undefined) return total;
      const turns = { $cond: [{ $eq: ['$turnsDay', day] }, { $add: ['$turns', 1] }, 1] };
      return [...total, update(store.people, { _id: person._id }, [{ $set: { turns, turnsDay: day } }])];
    },
  };
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

function counterId(day: string): string {
  return `turns:${day}`;
}

/** When the author of these messages has said no more than `rate` in the last minute; `undefined`: that is so now. */
function windowOpensAt(
  messages: readonly Message[],
  inputs: readonly Message[],
  rate: number,
  now: Date,
): Date | undefined {
  const author = inputs[0]?.identityId;
  const recent = messages
    .filter((message) => message.role === 'user' && message.identityId === author)
    .map((message) => message.createdAt.getTime())
    .filter((at) => at > now.getTime() - WINDOW_MS)
    .toSorted((a, b) => a - b);
  const tooMany = recent[recent.length - rate - 1];
  return tooMany === undefined ? undefined : new Date(tooMany + WINDOW_MS);
}

function rateLid(rate: number, openAt: Date): Lid {
  const minute = Math.floor(openAt.getTime() / WINDOW_MS);
  return {
    code: 'person_rate_reached',
    message: `More than ${rate} messages in a minute (PERSON_RATE). They wait.`,
    toPerson: 'You write faster than I can think. I read everything and answer it together in about a minute.',
    period: { name: `rate:${minute}`, since: new Date(minute * WINDOW_MS) },
    openAt,
  };
}

function personDayLid(turns: number, day: string): Lid {
  return {
    code: 'person_daily_turns_reached',
    message: `This person had ${turns} answers today (PERSON_DAILY_TURNS). Replay the job tomorrow, or raise the limit.`,
    toPerson: 'I have answered you as often as I may for today. Your message is kept; let us go on tomorrow.',
    period: { name: `person-day:${day}`, since: new Date(day) },
  };
}

function dayLid(turns: number, day: string): Lid {
  return {
    code: 'daily_turns_reached',
    message: `There were ${turns} answers today over everybody (DAILY_TURNS). Replay the job tomorrow, or raise the limit.`,
    toPerson: 'I have answered as much as I may for today. Your message is kept; let us go on tomorrow.',
    period: { name: `day:${day}`, since: new Date(day) },
  };
}
