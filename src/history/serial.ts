/** Does the work of one key one after the other, and that of different keys side by side. */
export function createSerial(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const ends = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = ends.get(key);
    const done = before === undefined ? work() : before.then(work);
    const end = done.catch(() => undefined); // whoever asked is told; the next one goes on all the same
    ends.set(key, end);
    try {
      return await done;
    } finally {
      if (ends.get(key) === end) ends.delete(key);
    }
  };
}
