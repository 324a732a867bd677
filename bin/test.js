/** `npm test`: sets up what is missing and runs the whole suite, or the test files given as arguments. */
import { runNode } from './child.js';
import { install } from './install.js';

await install();
process.exitCode = await runNode(['test/run.ts', ...process.argv.slice(2)]);
