/** What outlives a reload of the tab: the unsent text, and the messages that were not acknowledged. */

/** A value kept under a name, in this tab only. */
export interface Saved<T> {
  read(): T | undefined;
  write(value: T): void;
}

/** Keeps a value in the tab's session storage. Without one (a browser may forbid it) the page works, but forgets. */
export function createSaved<T>(name: string): Saved<T> {
  const storage = sessionStorageOrNone();
  return {
    read() {
      const json = storage?.getItem(name);
      return json ? (JSON.parse(json) as T) : undefined;
    },
    write(value) {
      storage?.setItem(name, JSON.stringify(value));
    },
  };
}

function sessionStorageOrNone(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
