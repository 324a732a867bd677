/** `npm run check`: everything that a change must pass, one step after the other; the first that fails ends it. */
import { runNode } from './child.js';
import { install } from './install.js';
import { tool } from './paths.js';

/** @type {[name: string, command: string[]][]} */
const steps = [
  ['types', [tool('tsc'), '--noEmit']],
  ['types of the pages', [tool('tsc'), '--noEmit', '-p', 'src/web/client']],
  ['lint', [tool('oxlint'), '--type-aware']],
  ['format', [tool('oxfmt'), '--check']],
  ['dead code', [tool('knip')]],
  ['tests', ['test/run.ts']],
];

// For a caller that has just run them, as CI has.
const isWithoutTests = process.argv.includes('--no-tests');

await install();
for (const [name, command] of steps) {
  if (name === 'tests' && isWithoutTests) {
    console.log('\n== tests: left out, as --no-tests asks');
    continue;
  }
  console.log(`\n== ${name}`);
  const code = await runNode(command);
  if (code !== 0) {
    console.error(`\nThe check stops here: ${name} failed.`);
    process.exit(code);
  }
}
