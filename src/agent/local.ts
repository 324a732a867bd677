/** Finds the model of a local OpenAI-compatible server (Ollama, LM Studio, llama.cpp, vLLM …). */
import type { Logger } from '../log.ts';
import { describeError } from '../errors.ts';

/** How long a server on this machine may take to say what it has. */
const ANSWER_WITHIN_MS = 300;

/** How often a server that was not there is looked for again, while questions come. */
const LOOK_AGAIN_MS = 10_000;

/** Models that such servers list beside those one can talk to. */
const NOT_FOR_TALKING = /embed|rerank|whisper|tts|clip|bge-|minilm|moderation/i;

/** Looks for a local model, seldom enough that nobody notices. */
export interface LocalSearch {
  /** The name of the model, as soon as there was one. Asks the server only when it is time to. */
  find(): Promise<string | undefined>;
  /** What was found last, without asking anybody. */
  found(): string | undefined;
  /** The server no longer has it: look again. */
  forget(): void;
}

/** Makes the search of the server at `baseUrl`. Never rejects: a server that is not there is no error. */
export function createLocalSearch(baseUrl: string, log: Logger, now: () => number = Date.now): LocalSearch {
  let found: string | undefined;
  let search: Promise<string | undefined> | undefined;
  let searchedAt = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<string | undefined> => {
    try {
      found = await firstChatModel(baseUrl);
      if (found !== undefined) log.info({ model: `local/${found}`, url: baseUrl }, 'A local model answers');
    } catch (error) {
      log.debug({ url: baseUrl, reason: describeError(error) }, 'There is no local model server');
    }
    return found;
  };

  return {
    found: () => found,
    async find() {
      if (found !== undefined) return found;
      if (search === undefined || now() - searchedAt >= LOOK_AGAIN_MS) {
        searchedAt = now();
        search = look();
      }
      return search;
    },
    forget() {
      found = undefined;
      search = undefined;
    },
  };
}

/** The first model of the server's list that one can talk to. Throws when there is no server, or none that lists. */
async function firstChatModel(baseUrl: string): Promise<string | undefined> {
  const response = await fetch(`${baseUrl}/models`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const list = (await response.json()) as { data?: { id?: unknown }[] };
  return list.data?.map((model) => model.id).find(isChatModel);
}

function isChatModel(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && !NOT_FOR_TALKING.test(id);
}
