/** The agent that answers while no language model is configured: says so, and shows that the bridge works. */
import type { Ask, Entry } from './agent.ts';
import { shorten } from './shorten.ts';

/** The longest echo of what was said; enough to recognise it. */
const ECHO_LENGTH = 160;

/** What the operator can do about it, for the log and for the person (who is usually the operator). */
export function offlineHint(localUrl: string): string {
  return (
    'No language model is configured: set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `GOOGLE_GENERATIVE_AI_API_KEY`, ' +
    `or start a local model server at \`LOCAL_MODEL_URL\` (${localUrl}).`
  );
}

/** Makes the built-in agent. It is instant and says the same to the same words. */
export function createOfflineAsk(localUrl: string): Ask {
  return async (question, { signal, onText }) => {
    signal.throwIfAborted();
    const pieces = [
      offlineHint(localUrl),
      '\n\nEverything else works: your message arrived, was kept and is answered. /help shows what I can do.',
      // Last, so that a stray mark of what was said cannot change how the rest looks.
      `\n\n${heard(question.entries.slice(-question.newCount))}`,
    ];
    for (const piece of pieces) onText?.(piece);
    return { text: pieces.join(''), model: 'offline' };
  };
}

function heard(entries: Entry[]): string {
  const texts = entries.map((entry) => entry.text || (entry.attachments ?? []).join(', '));
  const line = texts.join(' / ').replaceAll(/\s+/g, ' ').trim();
  return `I heard: “${shorten(line, ECHO_LENGTH)}”`;
}
