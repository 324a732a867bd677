/** Reads that are asked for in the same moment become one command. */

/** Makes a reader that gathers the keys of one tick and reads them with one call of `readAll`. */
export function createBatchReader<T>(
  readAll: (keys: string[]) => Promise<Map<string, T>>,
): (key: string) => Promise<T | undefined> {
  let waiting: Set<string> | undefined;
  let reading: Promise<Map<string, T>>;
  return async (key) => {
    if (waiting === undefined) {
      const keys = new Set<string>();
      waiting = keys;
      reading = new Promise((resolve) => setImmediate(resolve)).then(() => {
        waiting = undefined;
        return readAll([...keys]);
      });
    }
    waiting.add(key);
    return (await reading).get(key);
  };
}
