/** Reading the text or caption of a call, with its markup or its entities. */
import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { asText, type Payload } from '../payload.ts';
import { clean } from '../text/clean.ts';
import { findEntities } from '../text/find.ts';
import type { FormattedText } from '../text/formatted.ts';
import { readHtml } from '../text/read-html.ts';
import { tidy } from '../text/rules.ts';

/** The longest text and caption, in UTF-16 units after the markup was taken out. */
const TEXT_LENGTH = 4096;
const CAPTION_LENGTH = 1024;

function readMarkup(source: string, parseMode: string, entities: unknown): FormattedText {
  if (parseMode === '') return { text: source, entities: (entities as MessageEntity[] | undefined) ?? [] };
  if (parseMode.toLowerCase() === 'html') return readHtml(source);
  throw badRequest(`unsupported parse_mode: this stand-in reads HTML only, not ${parseMode}`);
}

/** The text as it will be seen, with the commands, mentions and addresses that Telegram finds by itself. */
function readText(source: unknown, payload: Payload, entities: unknown): FormattedText {
  const formatted = tidy(readMarkup(clean(asText(source)), asText(payload['parse_mode']), entities));
  const found = findEntities(formatted.text).filter(
    (one) =>
      !formatted.entities.some(
        ({ type, offset, length }) =>
          (type === 'code' || type === 'pre' || type === 'text_link') &&
          offset < one.offset + one.length &&
          one.offset < offset + length,
      ),
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

/** A draft's text, which may be empty: that shows a placeholder. */
export function readDraftText(payload: Payload): FormattedText {
  const formatted = readText(payload['text'], payload, payload['entities']);
  if (formatted.text.length > TEXT_LENGTH) throw badRequest('message is too long');
  return formatted;
}

/** A file's caption, which may be empty. */
export function readCaption(payload: Payload): FormattedText {
  const formatted = readText(payload['caption'], payload, payload['caption_entities']);
  if (formatted.text.length > CAPTION_LENGTH) throw badRequest('message caption is too long');
  return formatted;
}
