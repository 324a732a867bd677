/** The two published documents, as they were published, and what they show. */
import { textOf } from '#test/project.ts';

/** A code sample of a document. */
export interface Sample {
  /** The heading that it stands under. */
  operation: string;
  language: string;
  /** Its lines, unchanged. */
  code: string;
}

/** All code samples of the first document, in order. */
export function documentedSamples(): Sample[] {
  const sections = textOf('test/samples/conversations-v1.md').split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const operation = section.slice(0, section.indexOf('\n'));
    return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
      operation,
      language,
      code,
    }));
  });
}

/** The body with which the second document begins a conversation, its last comma included. */
export function documentedBody(): string {
  return /^\{\n.*?^\}$/ms.exec(textOf('test/samples/conversation-thread.md'))?.[0] ?? '';
}
