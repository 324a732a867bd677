/** What a documented body says of how it is answered, checked against what is there. */
import type { z } from 'zod';
import type { ResponseType } from '../../conversation.ts';
import { InvalidError } from '../../errors.ts';
import type { Settings } from '../../history/append.ts';
import type { ApiDeps } from '../deps.ts';
import { wishedAgent } from '../wishes.ts';
import type { settingFields } from './fields.ts';

/** What answers can be made of, as long as nothing else is configured. */
const AVAILABLE: readonly ResponseType[] = ['text'];

type Fields = { [Name in keyof typeof settingFields]?: z.output<(typeof settingFields)[Name]> };

/** The settings that the body names; what it does not name is not in them. Throws 422 with a pointer. */
export async function settingsOf(deps: Pick<ApiDeps, 'agents'>, body: Fields): Promise<Settings> {
  const outLanguage = body.outputLanguage ?? body.outputlanguage ?? body.outlanguage;
  const agentId = body.agentId === undefined || body.agentId === null ? '' : String(body.agentId);
  const agent = agentId === '' ? undefined : await wishedAgent(deps, agentId);
  refuseUnavailable(body.responsetype);
  return {
    ...(body.inlanguage ? { inLanguage: body.inlanguage } : {}),
    ...(outLanguage ? { outLanguage } : {}),
    ...(agent ? { agentId: agent._id } : {}),
    ...(body.responsetype ? { responseTypes: body.responsetype } : {}),
  };
}

function refuseUnavailable(wanted: ResponseType[] | undefined): void {
  if (wanted === undefined || wanted.some((type) => AVAILABLE.includes(type))) return;
  const detail = `nothing that is configured can make ${wanted.join(' or ')}; available: ${AVAILABLE.join(', ')}`;
  throw new InvalidError('This response type cannot be made here.', [{ pointer: '/responsetype', detail }]);
}

/** What of the wanted response types is not made, as the answer names it. */
export function unavailableOf(responseTypes: ResponseType[]): { unavailable?: ResponseType[] } {
  const unavailable = responseTypes.filter((type) => !AVAILABLE.includes(type));
  return unavailable.length > 0 ? { unavailable } : {};
}
