/** `npm start`: sets up what is missing and runs Pantheon, or the file given as argument, as a service is run. */
import { runNode } from './child.js';
import { install } from './install.js';

// V8 would let garbage grow to twice of what is needed; these two keep a busy process at about 240 MB.
const memory = ['--max-semi-space-size=4', '--max-old-space-size=160'];

await install();
const [entry = 'src/main.ts', ...args] = process.argv.slice(2);
process.exitCode = await runNode([...memory, '--disable-warning=ExperimentalWarning', entry, ...args]);
