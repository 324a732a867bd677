/** Waiting for a condition with a deadline. */
import { eventually } from '#test/product/eventually.ts';

/** Resolves once the condition holds; rejects at the deadline, naming it. */
export async function until(condition: () => boolean): Promise<void> {
  await eventually(condition.toString(), condition);
}
