/** Files: sent by the bot, and fetched by it. */
import { badRequest } from '../api-error.ts';
import type { Method, MethodCall, Platform } from '../platform.ts';
import { accept, type Content } from './send.ts';
import { readCaption } from './text.ts';

/** The kinds of file, with what a message of each carries besides the file itself. */
const KINDS = {
  photo: (file: object) => [{ ...file, width: 90, height: 90 }],
  document: (file: object, name: string) => ({ ...file, file_name: name }),
  voice: (file: object) => ({ ...file, duration: 1, mime_type: 'audio/ogg' }),
  audio: (file: object, name: string) => ({ ...file, duration: 1, file_name: name }),
  video: (file: object, name: string) => ({ ...file, duration: 1, width: 90, height: 90, file_name: name }),
};

/** The file that a field means: a new one, or one that Telegram has already. */
function findFile({ files }: Platform, call: MethodCall, field: string): { id: string; name: string; data: Buffer } {
  const value = call.payload[field];
  const upload =
    typeof value === 'string' && value.startsWith('attach://') ? call.files.get(value.slice(9)) : call.files.get(field);
  if (upload) {
    if (upload.data.length === 0) throw badRequest('file must be non-empty');
    return { id: files.add(upload.name, upload.data), ...upload };
  }
  const known = typeof value === 'string' ? files.find(value) : undefined;
  if (!known)
    throw badRequest(
      value === undefined ? `there is no ${field} in the request` : 'wrong file identifier/HTTP URL specified',
    );
  return { id: String(value), ...known };
}

function sendFile(kind: keyof typeof KINDS): Method {
  return (platform, call) =>
    accept(platform, call, (): Content => {
      const { id, name, data } = findFile(platform, call, kind);
      const { text, entities } = readCaption(call.payload);
      const described = { file_id: id, file_unique_id: `unique-${id}`, file_size: data.length };
      return {
        text,
        entities,
        file: { file_id: id, file_name: name, data },
        fields: {
          [kind]: KINDS[kind](described, name),
          ...(text !== '' && { caption: text, caption_entities: entities }),
        },
      };
    });
}

export const fileMethods: Record<string, Method> = {
  sendPhoto: sendFile('photo'),
  sendDocument: sendFile('document'),
  sendVoice: sendFile('voice'),
  sendAudio: sendFile('audio'),
  sendVideo: sendFile('video'),
  getFile({ files }, { payload }) {
    const file = files.describe(String(payload['file_id']));
    if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
    return file;
  },
};
