/** stand-in until the merge */
export function findLanguage(text: string): { code: string; name: string } | undefined {
  return { code: text.slice(0, 2).toLowerCase(), name: text };
}
export function nearLanguages(_text: string): string[] {
  return [];
}
export function languageName(code: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(code)?.toLowerCase() ?? code;
}
