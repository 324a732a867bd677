/** What a message says: its text, and the files and things that came with it. */
import type { AttachmentKind, InboundAttachment, ReplyRef } from '#src/message.ts';
import { normalizeText } from '#src/text/normalize.ts';
import { externalIdOf, isOurs } from '../ids.ts';
import { bothOf, canonical, isGroup, isMe, oneLine } from './people.ts';
import type { Around, WhatsappMessage } from './schema.ts';

const FILES: Readonly<Record<string, AttachmentKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  ptv: 'video',
};

/** Notes of WhatsApp and pieces of its protocol: nobody says anything to us by them. */
const NOTES = new Set(
  (
    'gp2 group_notification notification notification_template broadcast_notification debug e2e_notification call_log ' +
    'protocol revoked reaction ciphertext album oversized poll_update pin_message keep_in_chat newsletter_notification'
  ).split(' '),
);

export function isNote({ type }: WhatsappMessage): boolean {
  return NOTES.has(type);
}

/** Files are named by the message that has them: that is how they are fetched. */
function fileOf(message: WhatsappMessage): InboundAttachment | undefined {
  const kind = FILES[message.type];
  if (kind === undefined) return undefined;
  const name = oneLine(message.filename ?? '');
  return {
    kind,
    externalId: message.id.id,
    ...(name !== '' && { name }),
    ...(message.mimetype !== undefined && { mediaType: message.mimetype }),
    ...(message.size !== undefined && { bytes: message.size }),
  };
}

/** Places and contacts have no file: what they say is their name. */
function thingOf({ type, lat, lng, loc, vcardFormattedName, vcardList = [] }: WhatsappMessage): InboundAttachment[] {
  if (type === 'location' && lat !== undefined && lng !== undefined) {
    const place = oneLine(loc ?? '');
    return [{ kind: 'location', externalId: '', name: place === '' ? `${lat}, ${lng}` : `${place} (${lat}, ${lng})` }];
  }
  const names = type === 'vcard' ? [vcardFormattedName] : vcardList.map(({ displayName }) => displayName);
  return names.map((name) => ({ kind: 'contact', externalId: '', name: oneLine(name ?? '') || 'somebody' }));
}

export function attachmentsOf(message: WhatsappMessage): InboundAttachment[] {
  const file = fileOf(message);
  return file ? [file] : thingOf(message);
}

/** The text as it stands there; of files and things the page keeps a thumbnail or a card in its place. */
function rawText({ type, body, caption, pollName, pollOptions = [], eventName }: WhatsappMessage): string {
  if (type === 'poll_creation') return [pollName ?? '', ...pollOptions.map(({ name }) => `- ${name}`)].join('\n');
  if (type === 'event_creation') return eventName ?? '';
  if (type in FILES) return caption ?? '';
  return ['location', 'vcard', 'multi_vcard'].includes(type) ? '' : (body ?? '');
}

/** A text, and whether it names us. */
export interface Said {
  text: string;
  mentionsUs: boolean;
}

/** Our own mention is taken out, another's `@491701234567` becomes `@Name`. */
export function readText(message: WhatsappMessage, around: Around): Said {
  const mentions = message.mentionedJidList ?? [];
  const raw = rawText(message);
  let text = raw;
  for (const id of mentions) {
    const written = `@${id.split('@')[0] ?? ''}`;
    const name = oneLine(bothOf(id, around).name ?? '');
    if (isMe(id, around)) text = text.replaceAll(new RegExp(`\\s?${written}\\b[,:]?`, 'g'), '');
    else if (name !== '') text = text.replaceAll(written, `@${name}`);
  }
  const mentionsUs = mentions.some((id) => isMe(id, around));
  // Nothing but our name: then that is what was said.
  return { text: normalizeText(text.trim() === '' ? raw : text).trim(), mentionsUs };
}

/** What a message answers; quoted when it is not our own word, so that the agent sees it. */
export function readReply(message: WhatsappMessage, around: Around): ReplyRef | undefined {
  const { quotedStanzaID: id, quotedParticipant: author, quotedMsg: quoted } = message;
  if (id === undefined) return undefined;
  if (isOurs(id)) return { externalId: id };
  const text = normalizeText(quoted?.caption ?? (quoted?.type === 'chat' ? (quoted.body ?? '') : '')).trim();
  const name = author === undefined ? '' : oneLine(bothOf(author, around).name ?? '');
  const inGroup = isGroup(message.id.remote) && author !== undefined;
  return {
    externalId: externalIdOf(id, inGroup ? canonical(author, around) : undefined),
    ...(text !== '' && { text }),
    ...(name !== '' && { author: name }),
  };
}
