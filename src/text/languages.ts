/** Languages by their English name, their own name, or their code. */
const CODES = ['am', 'ar', 'de', 'en', 'es', 'fr', 'ha', 'hi', 'ig', 'it', 'ja', 'ko', 'pt', 'ru', 'sw', 'yo', 'zh'];

/** Finds it; `undefined` when nothing is called so. */
export function findLanguage(text: string): { code: string; name: string } | undefined {
  const wanted = text.trim().toLowerCase();
  const code = CODES.find((one) =>
    [one, nameIn('en', one), nameIn(one, one)].some((name) => name.toLowerCase() === wanted),
  );
  return code === undefined ? undefined : { code, name: nameIn('en', code) };
}

/** Names that begin as this one does. */
export function nearLanguages(text: string): string[] {
  const head = text.trim().slice(0, 1).toLowerCase();
  return CODES.map((code) => nameIn('en', code)).filter((name) => name.toLowerCase().startsWith(head));
}

function nameIn(language: string, code: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(code) ?? code;
}
