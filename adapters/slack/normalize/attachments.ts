/** Files that come with a message: recorded by kind and id, fetched elsewhere. */
import type { AttachmentKind, InboundAttachment } from '#src/message.ts';
import type { Said } from './schema.ts';
import { oneLine } from './words.ts';

type SlackFile = NonNullable<Said['files']>[number];

/** Files that are named, but gone or kept from us by the workspace's plan. */
const GONE = new Set(['tombstone', 'hidden_by_limit']);

function kindOf({ mimetype, subtype }: SlackFile): AttachmentKind {
  if (subtype === 'slack_audio') return 'voice';
  const [family] = (mimetype ?? '').split('/');
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

function readFile(file: SlackFile): InboundAttachment {
  const name = oneLine(file.name ?? file.title ?? '');
  return {
    kind: kindOf(file),
    externalId: file.id,
    ...(name !== '' && { name }),
    ...(file.mimetype && { mediaType: file.mimetype }),
    ...(typeof file.size === 'number' && { bytes: file.size }),
  };
}

/** The files of a message, and of those that it shares, that are still there. */
export function readAttachments({ files, attachments }: Pick<Said, 'files' | 'attachments'>): InboundAttachment[] {
  const shared = (attachments ?? []).flatMap((one) => (one.is_share ? (one.files ?? []) : []));
  return [...(files ?? []), ...shared].filter(({ mode }) => !GONE.has(mode ?? '')).map(readFile);
}
