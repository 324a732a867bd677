/** The list of commands that Discord offers when somebody types `/`. */
import { z } from 'zod';
import type { CommandInfo } from '#src/channel.ts';
import { RejectedError, describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Api } from './api.ts';
import { pause, pauseAfter, within } from '#src/waiting.ts';

const DEADLINE_MS = 10_000;
const BACKOFF = { firstMs: 1_000, longestMs: 300_000 };

/** Numbers of Discord's (https://docs.discord.com/developers/interactions/application-commands). */
const CHAT_INPUT = 1;
const STRING_OPTION = 3;
const IN_SERVERS = 0;
const IN_OUR_DIRECT_MESSAGES = 1;
const INSTALLED_IN_SERVERS = 0;

const option = z.object({
  type: z.int(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
});

/** A command as Discord keeps it, without what it adds. */
const registered = z.object({
  type: z.int().default(CHAT_INPUT),
  name: z.string(),
  description: z.string(),
  options: z.array(option).default([]),
  contexts: z.array(z.int()).nullish(),
  integration_types: z.array(z.int()).nullish(),
});
type Registered = z.infer<typeof registered>;

/** Discord takes names of 1 to 32 small letters, digits, `-` and `_`, and descriptions of 1 to 100 characters. */
function describe(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line || '…';
}

function toRegister({ name, description, argument }: CommandInfo): Registered {
  const options = argument
    ? [{ type: STRING_OPTION, name: argument.name, description: describe(argument.description), required: false }]
    : [];
  return {
    type: CHAT_INPUT,
    name,
    description: describe(description),
    options,
    contexts: [IN_SERVERS, IN_OUR_DIRECT_MESSAGES],
    integration_types: [INSTALLED_IN_SERVERS],
  };
}

/** One text for lists that mean the same, in whichever order. */
function meaning(commands: readonly Registered[]): string {
  const sorted = commands.toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
  return JSON.stringify(
    sorted.map(({ type, name, description, options, contexts, integration_types: installs }) => [
      type,
      name,
      description,
      options.map((one) => [one.type, one.name, one.description, one.required]),
      [...(contexts ?? [])].toSorted((a, b) => a - b),
      [...(installs ?? [])].toSorted((a, b) => a - b),
    ]),
  );
}

/** What registering needs. */
export interface RegisterDeps {
  api: Api;
  commands: readonly CommandInfo[];
  log: Logger;
}

/**
 * Has Discord offer our commands everywhere. Written only when it differs, because Discord counts how often commands
 * are made. People can type them without this, so a failure is only logged; it is tried again unless Discord refuses.
 */
export async function registerCommands(deps: RegisterDeps, applicationId: string, signal: AbortSignal): Promise<void> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await registerOnce(deps, applicationId, signal);
    } catch (error) {
      if (signal.aborted) return;
      deps.log.warn({ error: describeError(error) }, 'discord: the commands could not be registered');
      if (error instanceof RejectedError) return;
      await pause(pauseAfter(error, failures, BACKOFF), signal);
    }
  }
}

async function registerOnce({ api, commands, log }: RegisterDeps, applicationId: string, signal: AbortSignal) {
  const route = `/applications/${applicationId}/commands` as const;
  const wanted = commands.map(toRegister);
  const read = { what: 'list its commands', method: 'GET', route, signal: within(DEADLINE_MS, signal) } as const;
  const there = z.array(registered).safeParse(await api(read)).data;
  if (there && meaning(there) === meaning(wanted)) return log.debug({}, 'discord: the commands are registered already');
  await api({ what: 'list our commands', method: 'PUT', route, body: wanted, signal: within(DEADLINE_MS, signal) });
  log.info({ commands: wanted.map(({ name }) => name) }, 'discord: the commands are registered anew');
}
