/**
 * Reads `multipart/form-data` as Telegram does, which is more leniently than Node: grammY writes its header names in
 * lower case and leaves file names unquoted, blanks and umlauts included.
 */

/** A file that came with a call. */
export interface UploadedFile {
  name: string;
  data: Buffer;
}

/** The fields and files of one body, each by its part's name. */
export interface Form {
  fields: Map<string, string>;
  files: Map<string, UploadedFile>;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The name and the file name that a part's head gives. */
function readHead(head: string): { name: string; fileName?: string } | undefined {
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1] ?? /[;\s]name=([^;\r\n]+)/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  const quoted = /filename="((?:[^"\\]|\\.)*)"/i.exec(head)?.[1];
  const fileName = quoted ?? /filename=([^\r\n]*)/i.exec(head)?.[1];
  return fileName === undefined ? { name } : { name, fileName };
}

/** The parts between the boundaries, as slices of the body. */
function* parts(body: Buffer, boundary: string): Generator<Buffer> {
  const fence = Buffer.from(`--${boundary}`);
  let start = body.indexOf(fence);
  while (start >= 0) {
    const from = start + fence.length;
    const end = body.indexOf(fence, from);
    if (end < 0) return;
    // The fence's own line break before, and the one that belongs to the next fence after.
    yield body.subarray(from + 2, end - 2);
    start = end;
  }
}

/** Takes a body apart. What has no name is left out, as nothing could refer to it. */
export function readForm(body: Buffer, boundary: string): Form {
  const form: Form = { fields: new Map(), files: new Map() };
  for (const part of parts(body, boundary)) {
    const split = part.indexOf(HEAD_END);
    const head = split < 0 ? undefined : readHead(part.toString('utf8', 0, split));
    if (!head) continue;
    const data = part.subarray(split + HEAD_END.length);
    if (head.fileName === undefined) form.fields.set(head.name, data.toString('utf8'));
    else form.files.set(head.name, { name: head.fileName, data });
  }
  return form;
}
