/** Running a turn: the model is asked, and what came of it is decided. */
import type { Lid } from '#src/agents/limits.ts';
import { AgentError, type Answer, type Question } from '#src/agent/agent.ts';
import { ShutdownError } from '#src/errors.ts';
import { decide } from './decide.ts';
import { toQuestion } from './inputs.ts';
import { createProgress, type Progress } from './progress.ts';
import { handBack, type RunningTurn, type TurnDeps, withdraw } from './turn.ts';
import { Cut, Stopped } from './watch.ts';

/** A turn that kills its process must not do so for ever; one that only was there when others killed it goes on. */
const CRASH_LIMIT = 20;
const SORRY =
  'I could not answer this: something in me broke. The operator can see why, and can send me your message again.';

/** What ends a turn: our own end, or that its answer is not wanted any more. */
interface Ends {
  shutdown: AbortSignal;
  cut: AbortSignal;
}

/** Runs a turn that has begun: asks, and decides by what came of it. `lid`: why it is not to be asked. */
export async function runTurn(
  deps: TurnDeps,
  turn: RunningTurn,
  lid: Lid | undefined,
  { shutdown, cut }: Ends,
): Promise<void> {
  const { conversation, messages, inputs, answerer } = turn;
  const { outLanguage } = conversation;
  if (lid)
    return decide(deps, turn, {
      texts: [lid.toPerson],
      error: { code: lid.code, message: lid.message },
      notePeriod: lid.period,
    });
  if (conversation.leaseHolder && conversation.crashes >= CRASH_LIMIT) {
    const message = `${conversation.crashes} processes in a row died while they made this answer. Look at their last log lines, then replay the job.`;
    return decide(deps, turn, { texts: [SORRY], error: { code: 'turn_crashed', message } });
  }
  const progress = createProgress(deps, turn, shutdown);
  try {
    const question = toQuestion(conversation, messages, inputs, answerer);
    const { text, model, tokens } = await askWhole(deps, question, progress, AbortSignal.any([shutdown, cut]));
    await decide(deps, turn, {
      texts: [text],
      model,
      ...(tokens ? { tokens } : {}),
      ...(outLanguage ? { language: outLanguage } : {}),
    });
  } catch (error) {
    await afterFailure(deps, turn, error);
  }
}

/** The answer, when nothing of it is on its way to be shown any more. */
async function askWhole(
  { ask }: TurnDeps,
  question: Question,
  progress: Progress,
  signal: AbortSignal,
): Promise<Answer> {
  const { onText, onRestart } = progress;
  try {
    return await ask(question, { signal, onText, onRestart });
  } finally {
    await progress.end();
  }
}

/** No answer came: stopped, cut short, shutting down, or failed. Only the last is told. */
async function afterFailure(deps: TurnDeps, turn: RunningTurn, error: unknown): Promise<void> {
  if (error instanceof Stopped) return withdraw(deps, turn);
  if (error instanceof Cut) return handBack(deps, turn, 'cut');
  if (error instanceof ShutdownError) return handBack(deps, turn, 'shutdown');
  if (!(error instanceof AgentError)) throw error;
  const { code, message, toPerson } = error;
  deps.log.warn({ turnId: turn.id, code, error: message }, 'a turn failed; it can be replayed');
  await decide(deps, turn, { texts: [toPerson], error: { code, message } });
}
