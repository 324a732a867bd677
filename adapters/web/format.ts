/** What is said on the page: Markdown as it is, since the page itself renders it, whatever its length. */
export function format(markdown: string): string[] {
  return [markdown];
}
