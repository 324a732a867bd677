/** Doorbells that nobody hears, for tests that do each unit of work themselves. */
import type { Bells } from '#src/queue/bells.ts';

const silent = {
  ring: async () => undefined,
  ringAt: () => undefined,
  answer: () => undefined,
  close: async () => undefined,
};

export const silentBells: Bells = { reply: silent, deliver: () => silent, close: async () => undefined };
