/**
 * The set-up that every command begins with: packages, when they are absent or stale.
 *
 * Plain JavaScript for Node 20, because it runs before anything is installed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.js';
import { root } from './paths.js';

const stamp = join(root, 'node_modules', '.pantheon-installed');

/** What the installed packages depend on: the lock file, and the machine that binaries were chosen for. */
function wanted() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}`;
}

/** Whether an installation of exactly these packages has been finished. */
function isInstalled(/** @type {string} */ goal) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === goal;
}

/** Makes sure that the packages of the lock file are installed; ends the process with an error when they cannot be. */
export async function install() {
  const goal = wanted();
  if (isInstalled(goal)) return;
  console.error('Installing the packages (once, about half a minute) …');
  const npm = process.env['npm_execpath'];
  // Its warnings are about the Node that runs npm; ours comes with the packages.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = npm ? await run(process.execPath, [npm, ...args]) : await run('npm', args);
  if (code !== 0) {
    console.error('The packages could not be installed (npm ci failed, see above). Nothing was started.');
    process.exit(code);
  }
  writeFileSync(stamp, goal);
}
