/** A process that migrates the database given as argument, and stops half-way: it is told apart from us to be killed. */
import { createLogger } from '#src/log.ts';
import { createStore } from '#src/store/store.ts';
import { addGreetings } from './greetings.ts';

const [uri = ''] = process.argv.slice(2);
const halfWay = async (): Promise<never> => {
  process.send?.('half-way');
  return new Promise(() => undefined);
};
await createStore({ uri, log: createLogger('error', false), migrations: [addGreetings({ halfWay })] });
