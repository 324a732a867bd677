/** The files that Telegram keeps: what people and the bot have sent. */
import type { File } from 'grammy/types';

/** A file under Telegram's care. */
export interface StoredFile {
  name: string;
  data: Buffer;
}

/** The files by the ids that messages carry. */
export interface FileStore {
  /** Keeps a file and gives its `file_id`. */
  add(name: string, data: Buffer | string): string;
  find(fileId: string): StoredFile | undefined;
  /** What `getFile` answers. */
  describe(fileId: string): File | undefined;
  /** The file behind a path that `getFile` gave. */
  at(path: string): StoredFile | undefined;
}

export function createFiles(): FileStore {
  const files = new Map<string, StoredFile>();
  const paths = new Map<string, string>();
  return {
    add(name, data) {
      const id = `AgAC-file-${files.size + 1}`;
      files.set(id, { name, data: Buffer.from(data) });
      paths.set(`documents/file_${files.size}${/\.\w+$/.exec(name)?.[0] ?? ''}`, id);
      return id;
    },
    find: (fileId) => files.get(fileId),
    describe(fileId) {
      const file = files.get(fileId);
      const path = [...paths].find(([, id]) => id === fileId)?.[0];
      if (!file || path === undefined) return undefined;
      return { file_id: fileId, file_unique_id: `unique-${fileId}`, file_size: file.data.length, file_path: path };
    },
    at: (path) => files.get(paths.get(path) ?? ''),
  };
}
