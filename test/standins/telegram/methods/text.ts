/** Reading the text or caption of a call, with its markup or its entities. */
import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { findEntities } from '../entities.ts';
import { parseHtml, trim, type FormattedText } from '../html.ts';
import type { Payload } from '../payload.ts';

/** The longest text and caption, in UTF-16 units after the markup was taken out. */
export const TEXT_LENGTH = 4096;
export const CAPTION_LENGTH = 1024;

function readMarkup(source: string, parseMode: unknown, entities: unknown): FormattedText {
  if (parseMode === undefined || parseMode === '') {
    return trim({ text: source, entities: (entities as MessageEntity[] | undefined) ?? [] });
  }
  if (String(parseMode).toLowerCase() === 'html') return parseHtml(source);
  throw badRequest(`unsupported parse_mode; this stand-in reads HTML only, not ${String(parseMode)}`);
}

/** The text as it will be seen; what has no markup gets what Telegram finds by itself. */
export function readText(source: unknown, payload: Payload, entities: unknown): FormattedText {
  const raw = source === undefined ? '' : String(source);
  if (!raw.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  const formatted = readMarkup(raw.replaceAll('\r', ''), payload['parse_mode'], entities);
  const found = findEntities(formatted.text).filter(
    (one) => !formatted.entities.some((e) => e.offset < one.offset + one.length && one.offset < e.offset + e.length),
  );
  return { text: formatted.text, entities: [...formatted.entities, ...found].sort((a, b) => a.offset - b.offset) };
}

/** A message's text: there must be one, and it must fit. */
export function readMessageText(payload: Payload): FormattedText {
  const formatted = readText(payload['text'], payload, payload['entities']);
  if (formatted.text === '') throw badRequest('message text is empty');
  if (formatted.text.length > TEXT_LENGTH) throw badRequest('message is too long');
  return formatted;
}

/** A file's caption, which may be empty. */
export function readCaption(payload: Payload): FormattedText {
  const formatted = readText(payload['caption'], payload, payload['caption_entities']);
  if (formatted.text.length > CAPTION_LENGTH) throw badRequest('message caption is too long');
  return formatted;
}
