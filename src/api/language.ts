/** Languages in requests. */
import { z } from 'zod';
import { findLanguage, nearLanguages } from '../text/languages.ts';

/** The language's code. What is none is refused with the nearest names. */
export function readLanguage(text: string, context: z.RefinementCtx): string {
  const found = findLanguage(text);
  if (found) return found.code;
  const near = nearLanguages(text);
  const hint = near.length > 0 ? ` The nearest are ${near.join(', ')}.` : '';
  context.addIssue({ code: 'custom', message: `must be a language by name or code.${hint}` });
  return z.NEVER;
}

/** A language by its name or code, as its code. */
export const languageField = z.string().transform(readLanguage);
