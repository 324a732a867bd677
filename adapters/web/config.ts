/** The variable of the web page's channel: `WEB_ACCESS`, with the core's default (interface.md, Variables). */
import type { Env } from '#src/channel.ts';
import { readConfig } from '#src/config.ts';

/** Who may use the page. `off`: nobody, and there is no channel. */
export type WebAccess = 'loopback' | 'open' | 'off';

/** Reads who may use the page. Throws `ConfigError` when a variable is wrong. */
export function readWebAccess(env: Env): WebAccess {
  return readConfig(env).WEB_ACCESS;
}
