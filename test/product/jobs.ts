/** Finding the jobs of one person, as an admin would who was told "I got no answer". */
import type { User } from 'grammy/types';
import type { Job } from './admin.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './stage.ts';

/** The newest job of a kind in somebody's private chat, once it is in this state, after so many tries if that matters. */
export async function jobOf(
  stage: Stage,
  person: User,
  kind: Job['kind'],
  state: string,
  tries?: number,
): Promise<Job> {
  let last: string | undefined;
  const newest = async (): Promise<Job | false> => {
    const collection = kind === 'reply' ? 'turns' : 'deliveries';
    const found = await stage.database.find(collection, { chatId: { $regex: `:${person.id}:$` } });
    const id = found.toSorted((a, b) => Number(a['createdAt']) - Number(b['createdAt'])).at(-1)?._id;
    const job = id === undefined ? undefined : await stage.admin.job(id);
    last = job && `${job.state} after ${job.attempts.length} tries`;
    return job?.state === state && (tries ?? job.attempts.length) === job.attempts.length && job;
  };
  return eventually(`the last ${kind} of ${person.first_name} is ${state}`, newest).catch((error: Error) => {
    throw new Error(`${error.message} It is ${last ?? 'not there'}.`);
  });
}
