/** A process that uses the services of a data folder, as Pantheon does: it is told apart from us to be killed. */
import { createLogger } from '#src/log.ts';
import { startServices } from '#src/services/services.ts';

const [dataDir = ''] = process.argv.slice(2);
const services = await startServices({ dataDir }, createLogger('error', false));
process.once('message', () => void services.stop().then(() => process.disconnect()));
process.send?.({ mongodbUri: services.mongodbUri, redisUrl: services.redisUrl });
