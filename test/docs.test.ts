/** Documents name only what is there; and what can be set is documented. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { filesOf, namesIn, root, tableOf, textOf } from './project.ts';

const DOCUMENTS = filesOf('*.md', 'adapters/*/*.md');
const SETTINGS = filesOf('.env.example', 'docker-compose.yml', 'Dockerfile');

/** What the environment may hold: the keys of the configurations' schemas. */
const variables = [...new Set(filesOf('src/config.ts', 'adapters/*/config.ts').flatMap(variablesOf))];

/** What the system says of itself, and the downloader of MongoDB is told. */
const SYSTEM = /^(PATH|HOME|XDG_CACHE_HOME|MONGOMS_\w+)$/;

/** Words in capitals that are no variables of ours. */
const NO_VARIABLES = [
  /^(NAME|TEXT|ID|DATABASE|GET|POST|PUT|PATCH|DELETE|PATH|SIGTERM|UUID)$/,
  // Of the libraries in an image.
  /^NODE_ENV$/,
];

/** What can be typed in a chat. */
const commands = filesOf('src/commands/*.ts').flatMap((file) => matches(textOf(file), /^\s+name: '([a-z]+)'/gm));

/** What is typed to Telegram's @BotFather, and in Slack, where ours stand behind one command. */
const FOREIGN_COMMANDS = /^\/(newbot|setprivacy|invite|me|pantheon)$/;

/** Every path that is answered: of a router (`:id` as `{id}`), or of a route. */
const paths = filesOf('src/{api,web}/**/*.ts').flatMap((file) => [
  ...matches(textOf(file), /router\.(?:get|post|put|patch|delete)\(\s*'([^']+)'/g).map((path) =>
    path.replaceAll(/:(\w+)/g, '{$1}'),
  ),
  ...matches(textOf(file), /^\s+path: '([^']+)'/gm),
]);
const channels = filesOf('adapters/*/index.ts').map((file) => file.split('/')[1] ?? '');

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

/** The variables of a configuration. */
function variablesOf(file: string): string[] {
  return matches(textOf(file), /^ {2}([A-Z][A-Z0-9_]+):/gm);
}

/** The variables that a document's table tells of. */
function variablesInTable(document: string): Set<string> {
  return new Set(tableOf(document, 'variable').flatMap(([name = '']) => namesIn(name)));
}

/** What of each document's names is wrong, as `document: name`. */
function wrongIn(documents: string[], find: (text: string, document: string) => string[]): string[] {
  return documents.flatMap((document) => find(textOf(document), document).map((name) => `${document}: ${name}`));
}

/**
 * Whether a file, folder or pattern is there, seen from the root, from the document, or from an adapter: these have the
 * same files. `NAME` stands for any name.
 */
function isThere(name: string, document: string): boolean {
  const pattern = name.replace(/#.*$/, '').replaceAll(/\bNAME\b/g, '*');
  const places = [pattern, posix.join(posix.dirname(document), pattern), `adapters/*/${pattern}`];
  return places.some((place) => globSync(place, { cwd: root }).length > 0);
}

test('every link leads to a file that is there', () => {
  const wrong = wrongIn(DOCUMENTS, (text, document) =>
    matches(text, /(?:\]\(|src(?:set)?=")([^)"]+)/g).filter(
      (link) => !link.includes('://') && !isThere(link, document),
    ),
  );
  assert.deepEqual(wrong, []);
});

test('every file and folder that is named is there', () => {
  const TOP = /^(src|adapters|workers|bin|bench|test|docs)\/|\.(ts|js|json|md|yml|png|example)$/;
  const IS_MADE = /^(\.\/data|bench\/results\.json|\/openapi\.json)$/;
  const wrong = wrongIn([...DOCUMENTS, ...SETTINGS], (text, document) =>
    [...namesIn(text), ...matches(text, /(?<![\w./-])((?:src|adapters|workers|bin|test)\/[\w./*-]*\w)/g)].filter(
      (name) => TOP.test(name) && !name.includes(' ') && !IS_MADE.test(name) && !isThere(name, document),
    ),
  );
  assert.deepEqual(wrong, []);
});

test('every npm command that is named is there, and the file that it runs', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const wrong = wrongIn([...DOCUMENTS, ...SETTINGS], (text) =>
    matches(text, /\bnpm (?:run )?(start|test|(?<=run )[\w-]+)/g).filter((name) => !(name in scripts)),
  );
  const files = Object.values(scripts).flatMap((script) => matches(script, /(\S+\.(?:js|ts))\b/g));
  assert.deepEqual([...wrong, ...files.filter((file) => !isThere(file, 'package.json'))], []);
});

test('every variable that is named is one that is read', () => {
  const isOurs = (name: string) => variables.includes(name) || NO_VARIABLES.some((pattern) => pattern.test(name));
  const wrong = [
    ...wrongIn(DOCUMENTS, (text) =>
      matches(namesIn(text).join('\n'), /(?<![\w{:])([A-Z][A-Z0-9_]+)(?![\w(….])/g).filter((name) => !isOurs(name)),
    ),
    ...wrongIn(DOCUMENTS, (text) => matches(text, /\b([A-Z]+(?:_[A-Z0-9]+)+)\b/g).filter((name) => !isOurs(name))),
    ...wrongIn(['.env.example'], (text) => matches(text, /^#?(\w+)=/gm).filter((name) => !isOurs(name))),
    ...wrongIn(['Dockerfile'], (text) =>
      matches(matches(text, /^ENV (.+)$/gm).join(' '), /(\w+)=/g).filter((name) => !isOurs(name)),
    ),
    ...wrongIn(['docker-compose.yml'], (text) => matches(text, /^\s+([A-Z_]+): /gm).filter((name) => !isOurs(name))),
  ];
  assert.deepEqual([...new Set(wrong)], []);
});

test('every variable that is read stands in .env.example, in the README, and in its adapter', () => {
  const table = [...variablesInTable('README.md')];
  const example = matches(textOf('.env.example'), /^#(\w+)=/gm);
  assert.deepEqual(table.toSorted(), variables.toSorted());
  assert.deepEqual(example.toSorted(), variables.toSorted());
  const elsewhere = filesOf('{src,adapters,workers}/**/*.ts').flatMap((file) =>
    matches(textOf(file), /\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g),
  );
  assert.deepEqual(
    elsewhere.filter((name) => !variables.includes(name) && !SYSTEM.test(name)),
    [],
  );
  for (const channel of channels) {
    const own = variablesOf(`adapters/${channel}/config.ts`);
    const told = variablesInTable(`adapters/${channel}/README.md`);
    assert.deepEqual(
      own.filter((name) => !told.has(name)),
      [],
      `adapters/${channel}/README.md`,
    );
  }
});

test('every HTTP path and every in-chat command that is named is answered', () => {
  const isAnswered = (path: string): boolean => {
    if (paths.includes(path)) return true;
    const [, first = '', second = ''] = path.split('/');
    return first === 'webhooks' ? channels.includes(second) : paths.some((other) => other.startsWith(`${path}/`));
  };
  const isCommand = (name: string): boolean => commands.includes(name.slice(1)) || FOREIGN_COMMANDS.test(name);
  const wrong = wrongIn(DOCUMENTS, (text) =>
    namesIn(text)
      .flatMap((name) => matches(name, /(?:^|(?:GET|POST|PUT|PATCH|DELETE) )(\/[^\s?]*)/g))
      .filter((path) => !isAnswered(path) && !isCommand(path)),
  );
  assert.deepEqual(wrong, []);
});

test('every command that can be typed stands in the README', () => {
  const typed = new Set(namesIn(textOf('README.md')).map((name) => name.split(' ')[0]));
  const untold = commands.filter((name) => !typed.has(`/${name}`));
  assert.deepEqual(untold, ['start']); // Telegram types it for whoever opens a bot
});
