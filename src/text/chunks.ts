/**
 * A long text in pieces that can be read one by one.
 *
 * marked takes up to the square of a text's length when the text was written to be slow: minutes for 256 KiB. So it
 * is given some thousand characters at a time.
 */

/** From this length on a chunk ends where nothing goes on: at a blank line before a line that begins something. */
const EASY = 2 * 1024;
/** From this length on it ends before any line that is not set in and no row of a table. */
const LONG = 4 * 1024;
/** From this length on it ends before any line. */
const TOO_LONG = 16 * 1024;

/** Code that begins at the left edge is a chunk of its own, however long: it needs no reading. */
const FENCE = /^(?:`{3,}(?=[^`]*$)|~{3,})/;

/** The text cut between lines; in one chunk if it is short. Joined by newlines the chunks are the text. */
export function chunksOf(markdown: string): string[] {
  if (markdown.length <= EASY) return [markdown];
  const lines = markdown.split('\n');
  const chunks: string[] = [];
  let start = 0;
  let length = 0;
  const endBefore = (line: number) => {
    if (line > start) chunks.push(lines.slice(start, line).join('\n'));
    start = line;
    length = 0;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [fence] = FENCE.exec(line) ?? [];
    if (fence !== undefined || isEnd(lines[at - 1], line, length)) endBefore(at);
    if (fence !== undefined) {
      at = closingLine(lines, at, fence);
      endBefore(at + 1);
    } else {
      length += line.length + 1;
    }
  }
  endBefore(lines.length);
  return chunks;
}

function isEnd(previous: string | undefined, line: string, length: number): boolean {
  if (length >= TOO_LONG) return true;
  if (length >= LONG) return /^[^\s|]/.test(line);
  return length >= EASY && previous?.trim() === '' && /^(?![-+*][ \t]|\d{1,9}[.)][ \t])\S/.test(line);
}

/** The line that closes the fence opened in `from`, or the last. */
function closingLine(lines: readonly string[], from: number, fence: string): number {
  for (let at = from + 1; at < lines.length; at += 1) {
    const line = lines[at]?.trim() ?? '';
    if (line.startsWith(fence) && /^[`~]+$/.test(line)) return at;
  }
  return lines.length - 1;
}
