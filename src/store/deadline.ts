/** No command to MongoDB is waited for without end: one that the driver never settles would hold up all behind it. */
const DEADLINE_MS = 15_000;

/** A command was neither answered nor refused. Whether a write was carried out is not known. */
class MongoDeadlineError extends Error {
  constructor(what: string) {
    super(`MongoDB: ${what} was neither answered nor refused within ${DEADLINE_MS} ms.`);
    this.name = 'MongoDeadlineError';
  }
}

/** The work's outcome, or a `MongoDeadlineError`. */
export async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new MongoDeadlineError(what)), DEADLINE_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
