/** Notes each module that a process loads, one a line, in the file that `NOTE_LOADS` names; for `node --import`. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const file = process.env['NOTE_LOADS'] ?? '';

registerHooks({
  load(url, context, next) {
    appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});
