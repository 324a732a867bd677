/** Reads that are asked for at about the same time become one command. */

/**
 * Makes a reader that gathers keys and reads them with one call of `readAll`: those of one tick, and those that are
 * asked for while the call before them is under way. So an idle store is asked at once, and a busy one rarely.
 */
export function createBatchReader<T>(
  readAll: (keys: string[]) => Promise<Map<string, T>>,
): (key: string) => Promise<T | undefined> {
  let gathering: { keys: Set<string>; found: Promise<Map<string, T>> } | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const gather = () => {
    const keys = new Set<string>();
    const begin = async () => {
      await before;
      await new Promise((resolve) => setImmediate(resolve));
      gathering = undefined;
      return readAll([...keys]);
    };
    const found = begin();
    before = found.catch(() => undefined); // whoever asked is told
    return { keys, found };
  };

  return async (key) => {
    gathering ??= gather();
    gathering.keys.add(key);
    return (await gathering.found).get(key);
  };
}
