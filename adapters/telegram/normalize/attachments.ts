/** Files and things that come with a message: recorded by kind and id, fetched elsewhere. */
import type { AttachmentKind, InboundAttachment } from '#src/message.ts';
import { oneLine } from './people.ts';
import type { TelegramMessage } from './schema.ts';

type FileField = 'voice' | 'audio' | 'video_note' | 'animation' | 'video' | 'live_photo' | 'document' | 'sticker';
type TelegramFile = NonNullable<TelegramMessage[FileField]>;

/** The first that is there counts: an animation is repeated as a document for old clients. */
const FILES: readonly (readonly [FileField, AttachmentKind])[] = [
  ['voice', 'voice'],
  ['audio', 'audio'],
  ['video_note', 'video'],
  ['animation', 'video'],
  ['video', 'video'],
  ['live_photo', 'video'],
  ['document', 'document'],
  ['sticker', 'sticker'],
];

function fromFile(kind: AttachmentKind, file: TelegramFile, mediaType = file.mime_type): InboundAttachment {
  const name = oneLine(file.file_name ?? file.title ?? file.emoji ?? '');
  return {
    kind,
    externalId: file.file_id,
    ...(name !== '' && { name }),
    ...(mediaType !== undefined && { mediaType }),
    ...(file.file_size !== undefined && { bytes: file.file_size }),
  };
}

/** A photo comes in several sizes, and always as JPEG. */
function largestPhoto(photo: TelegramMessage['photo']): InboundAttachment[] {
  const [largest] = (photo ?? []).toSorted((one, other) => other.width * other.height - one.width * one.height);
  return largest ? [fromFile('image', largest, 'image/jpeg')] : [];
}

/** Places and contacts have no file: what they say is their name. */
function fromThing({ venue, location, contact }: TelegramMessage): InboundAttachment[] {
  if (venue) {
    const { latitude, longitude } = venue.location;
    const name = oneLine(`${venue.title}, ${venue.address} (${latitude}, ${longitude})`);
    return [{ kind: 'location', externalId: '', name }];
  }
  if (location) return [{ kind: 'location', externalId: '', name: `${location.latitude}, ${location.longitude}` }];
  if (!contact) return [];
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(' ');
  return [{ kind: 'contact', externalId: '', name: oneLine(`${name}, ${contact.phone_number}`) }];
}

/** All attachments of a message; Telegram sends the pictures of an album as messages of their own. */
export function readAttachments(message: TelegramMessage): InboundAttachment[] {
  const photo = largestPhoto(message.photo);
  if (photo.length > 0) return photo;
  for (const [field, kind] of FILES) {
    const file = message[field];
    if (file) return [fromFile(kind, file)];
  }
  return fromThing(message);
}
