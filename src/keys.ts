/** `npm run keys`: key pairs from the terminal, straight from the store. */
import { parseArgs } from 'node:util';
import { presentKey } from './api/present.ts';
import { InvalidError } from './errors.ts';
import { createIdentityResolver } from './identity/resolve.ts';
import { makeKey, revokeKey, wantedKey } from './keys/make.ts';
import { createStore, type Store } from './store/store.ts';
import { createTerminalLog, formatTable, openServices, readTerminalConfig, runCommand } from './terminal.ts';

const USAGE = `npm run keys -- create --scope admin|app|person [--app TENANT] [--name NAME] [--person ID]
npm run keys -- list
npm run keys -- revoke ID`;

const OPTIONS = {
  scope: { type: 'string' },
  app: { type: 'string' },
  name: { type: 'string' },
  person: { type: 'string' },
} as const;

await runCommand(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const act = actOf(positionals, values);
  if (act === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 1;
  }
  const log = createTerminalLog();
  const services = await openServices(readTerminalConfig(), log);
  try {
    const store = await createStore({ uri: services.mongodbUri, log });
    try {
      console.log(await act(store));
      return 0;
    } finally {
      await store.close();
    }
  } finally {
    await services.stop();
  }
});

/** What is to be done, if it is anything that can be. */
function actOf([name, id]: string[], values: object): ((store: Store) => Promise<string>) | undefined {
  if (name === 'create') return (store) => create(store, values);
  if (name === 'list') return list;
  if (name !== 'revoke' || id === undefined) return undefined;
  return async (store) => {
    await revokeKey(store, id);
    return `${id} is void.`;
  };
}

/** The new key and its pair, as JSON. Nobody can be shown it again. */
async function create(store: Store, values: object): Promise<string> {
  const wanted = wantedKey.safeParse(values);
  if (!wanted.success) {
    const problems = wanted.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
    throw new InvalidError(`${problems.join('\n')}\n${USAGE}`);
  }
  const { key, pair } = await makeKey({ store, identities: createIdentityResolver(store) }, wanted.data);
  return JSON.stringify({ ...presentKey(key), ...pair }, null, 2);
}

async function list(store: Store): Promise<string> {
  const keys = await store.keys.find({ revokedAt: null }).sort({ createdAt: -1 }).lean();
  const rows = keys.map(presentKey).map(({ id, scope, app, name, person, createdAt }) => {
    return [id, scope, app ?? '', name, person, createdAt];
  });
  return formatTable([['ID', 'SCOPE', 'APP', 'NAME', 'PERSON', 'CREATED'], ...rows]);
}
