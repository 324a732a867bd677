/** Whose call it is. */
import type { Key } from '../store/keys.ts';

/** Whose call it is. Every key has a person, admin keys too. */
export interface Caller {
  scope: Key['scope'] | 'guest';
  /** The key, or what stands for one where none is needed. */
  keyId: string;
  /** Whom the call is for; empty for a guest, who is nobody yet. */
  personId: string;
  /** Under which identity that person uses our API; empty for a guest. */
  identityId: string;
  /** Scope `app`: the tenant. */
  app?: string;
}

/** Who calls what is open to everybody. */
export const GUEST: Caller = { scope: 'guest', keyId: 'guest', personId: '', identityId: '' };
