/** Reading variables of the environment: what the core and every channel have in common. */
import { z } from 'zod';
import type { Env } from './channel.ts';
import { ConfigError } from './errors.ts';

/** An empty variable is an unset one, as in a copied `.env.example`. */
export function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}

/** How often a second. */
export const rate = z.coerce.number().positive();

/** Where a platform is found. */
export const address = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
});

/** Who is answered. */
export const openOrAllowlist = z.enum(['open', 'allowlist'], 'must be open or allowlist').default('open');

/** Several of `item`, comma separated; `what` they are is said when they are not. */
export function listOf(item: RegExp, what: string) {
  const { source } = item;
  return z
    .string()
    .regex(new RegExp(`^\\s*(?:${source})(\\s*,\\s*(?:${source}))*\\s*$`), `must be ${what}, comma separated`)
    .transform((text) => new Set(text.split(',').map((one) => one.trim())));
}

/** Reads a channel's variables. Throws `ConfigError` that names each wrong one, and repeats none. */
export function readVariables<T>(channel: string, schema: z.ZodType<T>, env: Env): T {
  const result = schema.safeParse(withoutEmpty(env));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new ConfigError(`${channel} cannot work like this: ${problems.join('; ')}.`);
}

/** Throws `ConfigError` when there is a list of whom to answer without the wish for it, or the other way round. */
export function refuseHalfAllowlist(prefix: string, access: string, list: ReadonlySet<string> | undefined): void {
  if ((access === 'allowlist') === (list !== undefined)) return;
  throw new ConfigError(`${prefix}_ACCESS=allowlist and ${prefix}_ALLOWLIST go together: set both or neither.`);
}
