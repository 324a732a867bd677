/** WhatsApp's page, as far as the library touches it. */
import type { ToPage } from '../wire.ts';
import { createLink } from './link.ts';
import { createModules, tellReaction } from './modules.ts';
import { createSession, isBroken } from './session.ts';
import { createWorld } from './world.ts';

const link = createLink('wss://web.whatsapp.com/link');
const world = createWorld(link);
const session = createSession(link, world);
const require = createModules({ link, world, session });

link.on('frame', (given) => {
  const frame = given as ToPage;
  if (frame.kind === 'message') world.receive(frame.message, frame.chat, true);
  if (frame.kind === 'change') world.change(frame.id, frame.changes);
  if (frame.kind === 'revoke') world.revoke(frame.original, frame.id, frame.author);
  if (frame.kind === 'person') world.learnPerson(frame.person);
  if (frame.kind === 'reaction') tellReaction(require, world, frame);
});

function requireNothing(name: string): never {
  throw new Error(`There is no module ${name}.`);
}

Object.assign(globalThis, { require: isBroken() ? requireNothing : require, Debug: { VERSION: '2.3000.1099999999' } });
