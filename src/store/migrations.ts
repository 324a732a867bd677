/**
 * What is made or changed in the database at start, by one process at a time: the installation's document, the
 * indexes, and one migration after the other until the data has today's shape.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Schema } from 'mongoose';
import { DEFAULT_AGENT_ID } from '../conversation.ts';
import { ConfigError } from '../errors.ts';
import type { Models } from './models.ts';
import { indexWords } from './search.ts';

/** Brings the data of one version to the next. Must bear being run twice: a crash in between repeats it. */
export interface Migration {
  /** What it changes, for the log. */
  title: string;
  run(models: Models): Promise<void>;
}

/** `MIGRATIONS[n]` brings version n + 1 to n + 2. */
export const MIGRATIONS: Migration[] = [
  {
    title: 'conversations know their agent, their topic and in what form they are answered',
    async run({ conversations }) {
      const change = { agentId: DEFAULT_AGENT_ID, responseTypes: ['text' as const], topicFrom: 1 };
      await conversations.updateMany({ agentId: { $exists: false } }, { $set: change });
    },
  },
  { title: 'what was said before is found by its words', run: indexWords },
];

/** Tells one set of index definitions from another, so that a start with nothing new makes none. */
function indexFingerprint(models: Models): string {
  const definitions = Object.values(models).map((model) => [model.modelName, (model.schema as Schema).indexes()]);
  return createHash('sha256').update(JSON.stringify(definitions)).digest('hex').slice(0, 16);
}

/** The version that this program's data has. */
function currentVersion(migrations: Migration[] = MIGRATIONS): number {
  return migrations.length + 1;
}

/** Makes the installation's document at the first start, and gives it. */
async function openInstallation(
  models: Models,
  version: number,
): Promise<{ schemaVersion: number; secret: string; indexes?: string }> {
  const { installation } = models;
  await installation.updateOne(
    { _id: 'installation' },
    { $setOnInsert: { schemaVersion: version, secret: randomBytes(32).toString('hex') } },
    { upsert: true },
  );
  const found = await installation.findOne({ _id: 'installation' }).lean();
  if (!found) throw new Error('The installation document vanished while it was being made.');
  return found;
}

/** Brings indexes and data up to date. `log` is told of each step. Throws when the data is newer than the program. */
export async function migrate(
  models: Models,
  log: (step: string) => void,
  migrations: Migration[] = MIGRATIONS,
): Promise<void> {
  const { schemaVersion, indexes } = await openInstallation(models, currentVersion(migrations));
  if (schemaVersion > currentVersion(migrations)) {
    throw new ConfigError(
      `The data in MongoDB has version ${schemaVersion}, this program knows ${currentVersion(migrations)}. Start the newer Pantheon, or restore a backup.`,
    );
  }
  const fingerprint = indexFingerprint(models);
  if (indexes !== fingerprint) {
    for (const model of Object.values(models)) await model.createIndexes();
    await models.installation.updateOne({ _id: 'installation' }, { $set: { indexes: fingerprint } });
  }
  for (let version = schemaVersion; version < currentVersion(migrations); version += 1) {
    const migration = migrations[version - 1];
    if (migration === undefined) throw new Error(`There is no migration from version ${version}.`);
    log(migration.title);
    await migration.run(models);
    await models.installation.updateOne({ _id: 'installation' }, { $set: { schemaVersion: version + 1 } });
  }
}
