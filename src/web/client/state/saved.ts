/** What outlives a reload of the tab: the unsent text, and the messages that were not acknowledged. */

/** A value kept under a name, in this tab only. */
export interface Saved<T> {
  read(): T | undefined;
  write(value: T): void;
}

/** Keeps a value in the tab's session storage. Where that cannot be had or is full, the page works, but forgets. */
export function createSaved<T>(name: string): Saved<T> {
  return {
    read: () => withStorage((storage) => JSON.parse(storage.getItem(name) ?? 'null') as T | null) ?? undefined,
    write: (value) => withStorage((storage) => storage.setItem(name, JSON.stringify(value))),
  };
}

/** What `use` returns; `undefined` when it throws, as a browser may at any touch of a storage that is forbidden or full. */
function withStorage<R>(use: (storage: Storage) => R): R | undefined {
  try {
    return use(globalThis.sessionStorage);
  } catch {
    return undefined;
  }
}
