/** Files and stickers that come with a message: recorded by kind and id, fetched elsewhere. */
import type { AttachmentKind, InboundAttachment } from '#src/message.ts';
import { oneLine } from './people.ts';
import type { DiscordContent } from './schema.ts';

/** IS_VOICE_MESSAGE is a flag of the message; what only voice messages have is a length. */
function kindOf({ content_type: type, duration_secs: seconds }: DiscordContent['attachments'][number]): AttachmentKind {
  const [family] = (type ?? '').split('/');
  if (family === 'audio') return typeof seconds === 'number' ? 'voice' : 'audio';
  return family === 'image' || family === 'video' ? family : 'document';
}

/** All attachments of a message. Discord's addresses expire, so what is kept is the id. */
export function readAttachments({ attachments, sticker_items: stickers }: DiscordContent): InboundAttachment[] {
  const files = attachments.map((file): InboundAttachment => {
    const name = oneLine(file.filename ?? '');
    return {
      kind: kindOf(file),
      externalId: file.id,
      ...(name !== '' && { name }),
      ...(typeof file.content_type === 'string' && { mediaType: file.content_type }),
      ...(file.size !== undefined && { bytes: file.size }),
    };
  });
  return [
    ...files,
    ...stickers.map(({ id, name }): InboundAttachment => ({ kind: 'sticker', externalId: id, name: oneLine(name) })),
  ];
}
