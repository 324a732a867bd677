/** WhatsApp's variables. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Env } from '#src/channel.ts';
import { ConfigError } from '#src/errors.ts';
import { address, listOf, rate, readVariables, refuseHalfAllowlist } from '#src/variables.ts';
import { findBrowser } from './browser.ts';
import { spellingsOf } from './numbers.ts';

/** A JSON array of strings. */
function listOfStrings(text: string, context: z.RefinementCtx): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON array of strings, such as ["--proxy-server=proxy:3128"]');
    return z.NEVER;
  }
}

const schema = z.object({
  WHATSAPP_ENABLED: z.stringbool({ error: 'must be true or false' }).default(false),
  WHATSAPP_BROWSER_PATH: z.string().optional(),
  WHATSAPP_BROWSER_ARGS: z.string().transform(listOfStrings).default([]),
  WHATSAPP_WEB_VERSION: z.string().optional(),
  WHATSAPP_WEB_VERSION_CACHE_URL: address.optional(),
  WHATSAPP_PHONE_NUMBER: z
    .string()
    .transform((number) => number.replaceAll(/[\s+()-]/g, ''))
    .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'must be the number with its country code, such as +49 170 1234567'))
    .optional(),
  WHATSAPP_OWNER_QUIET_MINUTES: z.coerce.number().min(0).default(10),
  WHATSAPP_SEND_RATE: rate.default(1),
  WHATSAPP_CHAT_RATE: rate.default(0.5),
  WHATSAPP_ACCESS: z.enum(['self', 'open', 'allowlist'], 'must be self, open or allowlist').default('self'),
  WHATSAPP_ALLOWLIST: listOf(/\+?\d+/, 'phone numbers with country code')
    .transform((numbers) => [...numbers].flatMap((number) => spellingsOf(number.replaceAll(/\D/g, ''))))
    .transform((numbers) => new Set(numbers.map((number) => `${number}@c.us`)))
    .optional(),
});

/** Where programs and files are, how things are shown, how the network is reached. */
const FOR_BROWSERS = /^(PATH|HOME|TMPDIR|TZ|LANG|LC_\w+|XDG_\w+|FONTCONFIG_\w+|NODE_COMPILE_CACHE|\w+_proxy)$/i;

/** Who is listened and written to. */
export type Access = { to: 'self' } | { to: 'open' } | { to: 'allowlist'; phones: ReadonlySet<string> };

/** WhatsApp's configuration, read and checked. */
export interface WhatsappConfig {
  browserPath: string;
  browserArgs: string[];
  webVersion?: string;
  webVersionCacheUrl?: string;
  phoneNumber?: string;
  /** Where the linked browser's profile is kept. */
  sessionDir: string;
  /** What the browser may know of the environment: no key of ours. */
  childEnv: Env;
  ownerQuietMs: number;
  /** Sends a second: overall, and to one chat. */
  sendRate: number;
  chatRate: number;
  access: Access;
}

/** Reads WhatsApp's variables; `undefined` when it is not enabled. Throws `ConfigError` that names each wrong one. */
export function readConfig(env: Env): WhatsappConfig | undefined {
  const values = readVariables('WhatsApp', schema, env);
  if (!values.WHATSAPP_ENABLED) return undefined;
  return {
    browserPath: findBrowser(env, values.WHATSAPP_BROWSER_PATH),
    browserArgs: values.WHATSAPP_BROWSER_ARGS,
    ...webOf(values),
    ...(values.WHATSAPP_PHONE_NUMBER !== undefined && { phoneNumber: values.WHATSAPP_PHONE_NUMBER }),
    sessionDir: resolve(env['DATA_DIR']?.trim() || './data', 'whatsapp'),
    childEnv: Object.fromEntries(Object.entries(env).filter(([name]) => FOR_BROWSERS.test(name))),
    ownerQuietMs: values.WHATSAPP_OWNER_QUIET_MINUTES * 60_000,
    sendRate: values.WHATSAPP_SEND_RATE,
    chatRate: values.WHATSAPP_CHAT_RATE,
    access: accessOf(values),
  };
}

type Values = z.output<typeof schema>;

function webOf(values: Values): Pick<WhatsappConfig, 'webVersion' | 'webVersionCacheUrl'> {
  const { WHATSAPP_WEB_VERSION: webVersion, WHATSAPP_WEB_VERSION_CACHE_URL: webVersionCacheUrl } = values;
  if (webVersion === undefined && webVersionCacheUrl === undefined) return {};
  if (webVersion !== undefined && webVersionCacheUrl !== undefined) return { webVersion, webVersionCacheUrl };
  throw new ConfigError('WHATSAPP_WEB_VERSION and WHATSAPP_WEB_VERSION_CACHE_URL go together: set both or neither.');
}

function accessOf({ WHATSAPP_ACCESS: to, WHATSAPP_ALLOWLIST: phones }: Values): Access {
  refuseHalfAllowlist('WHATSAPP', to, phones);
  return to === 'allowlist' && phones !== undefined ? { to, phones } : { to: to === 'open' ? 'open' : 'self' };
}
