/** Running one program in our place: its output is ours, signals reach it, and its end is our end. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { node, root } from './paths.js';

/** What is passed on. A Ctrl-C in a terminal reaches the child by itself too: it must bear a signal twice. */
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Calls `orphaned` when npm, which has started us, is gone: a shell between us may have kept its signal for itself.
 *
 * @param {() => void} orphaned
 */
function watchParent(orphaned) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    orphaned();
  }, 500);
  return timer;
}

/**
 * Runs a program in the clone's folder and resolves with the code to exit with.
 *
 * One that cannot be run, or was killed by a signal, counts as failed, with the code that a shell would give it.
 *
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function run(file, args) {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
  const passOn = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  for (const signal of signals) process.on(signal, passOn);
  const watch = watchParent(() => passOn('SIGTERM'));
  /** @type {Promise<number>} */
  const end = new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${file} cannot be run: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      if (signal) console.error(`${file} was killed by ${signal}.`);
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1));
    });
  });
  return end.finally(() => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, passOn);
  });
}

/**
 * Runs a script under Node 24; flags for Node come before it. What V8 compiles is kept beside the packages.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function runNode(args) {
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'node');
  return run(node, args);
}
