/** Where things are in the clone. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Node 24, which comes as a package: the one that runs our TypeScript. */
export const node = join(root, 'node_modules', 'node', 'bin', 'node');

/** The command of an installed tool. */
export const tool = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
