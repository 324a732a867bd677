/** Who is at the chat page: the person at this machine, or a guest with a cookie (interface.md, `WEB_ACCESS`). */
import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { isLocal } from '../api/local.ts';
import type { Visitor } from '../channel.ts';
import type { Config } from '../config.ts';

/** The channel whose page this is. */
export const PAGE_CHANNEL = 'web';

const COOKIE = 'pantheon_guest';
const COOKIE_DAYS = 400;
const LOCAL_ID = 'local';

/** Makes the function that says who is at the page; `undefined`: nobody whom `WEB_ACCESS` lets in. */
export function createVisitorOf(
  config: Pick<Config, 'WEB_ACCESS' | 'PUBLIC_URL'>,
): (request: Request, response: Response) => Visitor | undefined {
  return (request, response) => {
    if (config.WEB_ACCESS === 'off') return undefined;
    if (isLocal(request)) return { externalId: LOCAL_ID, isLocal: true };
    if (config.WEB_ACCESS !== 'open') return undefined;
    return { externalId: guestId(readCookie(request) ?? giveCookie(response, config.PUBLIC_URL)), isLocal: false };
  };
}

/** The cookie is a secret, so the id that we keep and show is its hash. */
function guestId(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 32);
}

function readCookie(request: Request): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f]{32})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
}

function giveCookie(response: Response, publicUrl: string | undefined): string {
  const secret = randomBytes(16).toString('hex');
  response.cookie(COOKIE, secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl?.startsWith('https:') ?? false,
    maxAge: COOKIE_DAYS * 86_400_000,
    path: '/',
  });
  return secret;
}
