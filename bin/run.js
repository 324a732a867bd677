/** `node bin/run.js FILE.ts …`: sets up what is missing and runs the file under Node 24 with the rest of the arguments. */
import { runNode } from './child.js';
import { install } from './install.js';

await install();
process.exitCode = await runNode(['--disable-warning=ExperimentalWarning', ...process.argv.slice(2)]);
