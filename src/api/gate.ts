/** What every request must pass: a Host that is ours, and no page of another origin behind it. */
import type { NextFunction, Request, Response } from 'express';
import type { Config } from '../config.ts';
import { BridgeError } from '../errors.ts';
import { hostName, isLoopbackName } from './local.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Makes the gate. A foreign Host gets 421, a foreign page 403, with valid keys as well. */
export function createGate(config: Pick<Config, 'PUBLIC_URL' | 'ALLOWED_HOSTS'>) {
  const publicHost = config.PUBLIC_URL === undefined ? undefined : new URL(config.PUBLIC_URL).hostname;
  const names = new Set([publicHost, ...config.ALLOWED_HOSTS.map(hostName)]);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = hostName(request.headers.host ?? '');
    if (!isLoopbackName(host) && !names.has(host)) {
      throw new BridgeError('host_unknown', `This is not "${host}". ALLOWED_HOSTS or PUBLIC_URL lets it be.`, {
        status: 421,
      });
    }
    if (!SAFE_METHODS.has(request.method) && isForeignPage(request)) {
      throw new BridgeError('origin_foreign', 'A page of another origin may not do this.', { status: 403 });
    }
    next();
  };
}

/** Whether a browser says that the page behind the request is not ours. Programs say nothing of the kind. */
function isForeignPage({ headers }: Request): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
