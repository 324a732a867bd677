/** What a code sample sends, for all languages. */
export interface SampleRequest {
  /** In capitals. */
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: nothing is sent. */
  body?: unknown;
}

/** The body as it is sent and shown, its later lines moved in by so many spaces. */
export function jsonOf({ body }: SampleRequest, indent = 0): string {
  return JSON.stringify(body, null, 2).replaceAll('\n', `\n${' '.repeat(indent)}`);
}

/** One line for each header, in the language's own writing. */
export function headerLines({ headers }: SampleRequest, line: (name: string, value: string) => string): string[] {
  return Object.entries(headers).map(([name, value]) => line(name, value));
}
