/** A migration as a later version may bring one: each person gets a greeting, made from the name. */
import type { Migration } from '#src/store/migrations.ts';

/** `halfWay` is called after the first person; `ran` each time that it is run. */
export function addGreetings(on: { halfWay?: () => Promise<void>; ran?: () => void } = {}): Migration {
  return {
    title: 'people get a greeting',
    async run({ people }) {
      on.ran?.();
      for (const { _id, name } of await people.collection.find({ greeting: { $exists: false } }).toArray()) {
        await people.collection.updateOne({ _id }, { $set: { greeting: `Hello ${String(name)}` } });
        await on.halfWay?.();
      }
    },
  };
}
