/**
 * A process of its own: downloads `mongod` into the folder given as argument and sends its path to the parent.
 *
 * Apart from us because it may have to be killed when there is no internet, because it prints its progress, and
 * because it is set up by environment variables only.
 */
import { describeError } from '../errors.ts';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined || !process.send) throw new Error('This is started by downloaded-mongod.ts.');

// One try is enough for a start that has another engine to turn to; certificates and checksums are verified.
process.env['MONGOMS_MAX_RETRIES'] = '1';
process.env['MONGOMS_MD5_CHECK'] = 'true';
process.env['npm_config_strict_ssl'] = 'true';

try {
  const { MongoBinary } = await import('mongodb-memory-server-core');
  process.send(await MongoBinary.getPath({ downloadDir }));
} catch (error) {
  process.stderr.write(describeError(error));
  process.exitCode = 1;
}
process.disconnect();
