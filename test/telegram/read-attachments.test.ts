/** Files and things are recorded by kind and id. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { said } from './updates.ts';
import type { Fields } from './updates.ts';

const FILE = { file_id: 'F', file_unique_id: 'u', file_size: 12, mime_type: 'x/y' };
const RECORDED = { externalId: 'F', mediaType: 'x/y', bytes: 12 };
const ATTACHMENTS: [string, Fields, Fields][] = [
  [
    'photo',
    {
      photo: [
        { file_id: 'small', width: 90, height: 60, file_size: 1 },
        { file_id: 'large', width: 1280, height: 800, file_size: 9 },
        { file_id: 'middle', width: 320, height: 200, file_size: 3 },
      ],
    },
    { kind: 'image', externalId: 'large', mediaType: 'image/jpeg', bytes: 9 },
  ],
  ['voice', { voice: { ...FILE, duration: 3 } }, { kind: 'voice', ...RECORDED }],
  ['audio', { audio: { ...FILE, title: 'Song' } }, { kind: 'audio', ...RECORDED, name: 'Song' }],
  ['video', { video: { ...FILE, file_name: 'a.mp4' } }, { kind: 'video', ...RECORDED, name: 'a.mp4' }],
  ['video_note', { video_note: FILE }, { kind: 'video', ...RECORDED }],
  ['animation', { animation: FILE, document: { file_id: 'D' } }, { kind: 'video', ...RECORDED }],
  [
    'document',
    { document: { ...FILE, file_name: 'my\u0000 file\n.pdf' } },
    { kind: 'document', ...RECORDED, name: 'my file .pdf' },
  ],
  ['sticker', { sticker: { ...FILE, emoji: '👍' } }, { kind: 'sticker', ...RECORDED, name: '👍' }],
  [
    'location',
    { location: { latitude: 52.5, longitude: 13.4 } },
    { kind: 'location', externalId: '', name: '52.5, 13.4' },
  ],
  [
    'venue',
    {
      location: { latitude: 1, longitude: 2 },
      venue: { location: { latitude: 1, longitude: 2 }, title: 'Café', address: 'Main St 1' },
    },
    { kind: 'location', externalId: '', name: 'Café, Main St 1 (1, 2)' },
  ],
  [
    'contact',
    { contact: { phone_number: '+49123', first_name: 'Ben', last_name: 'B' } },
    { kind: 'contact', externalId: '', name: 'Ben B, +49123' },
  ],
];

for (const [what, fields, attachment] of ATTACHMENTS) {
  test(`a ${what} is recorded by kind and id, with or without words`, () => {
    assert.partialDeepStrictEqual(said(fields), [{ kind: 'message', text: '', attachments: [attachment] }]);
  });
}
