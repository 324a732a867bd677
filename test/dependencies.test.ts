/** The structure that ARCHITECTURE.md promises: who imports what, and what stands nowhere. */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { filesOf, namesIn, tableOf, textOf } from './project.ts';

const CODE = filesOf('{src,adapters,workers}/**/*.ts');
const EVERYTHING = filesOf('{src,adapters,workers,bench,test}/**/*.ts', 'bin/*.js', '*.md', 'adapters/*/*.md');

/** A row of the table: which parts it is about, and what they may import. */
interface Row {
  parts: string[];
  /** Parts, and the words if `hasWords`. */
  allowed: string[];
  hasWords: boolean;
  packages: string[];
  /** Any package that no other part has. */
  hasOwnLibrary: boolean;
}

/** One import of a file: of a file of ours, or of a package. */
interface Import {
  from: string;
  file?: string;
  package?: string;
}

const WORDS_ROWS = 5;
const cells = tableOf('ARCHITECTURE.md', 'part');
const parts = cells.map(([first = '']) => namesIn(first));
const words = new Set(parts.slice(0, WORDS_ROWS).flat());
const rows = cells.map(readRow);
const imports = CODE.flatMap(importsOf);

function readRow([, allowed = '', packages = '']: string[], index: number): Row {
  const named = new Set(namesIn(allowed));
  const above = parts.slice(0, index).flat();
  return {
    parts: parts[index] ?? [],
    allowed: allowed.includes('all of the above') ? above.filter((part) => !named.has(part)) : [...named],
    hasWords: allowed.includes('the words'),
    packages: namesIn(packages),
    hasOwnLibrary: packages.includes("the platform's library"),
  };
}

/** What a file imports, types and `import()` included, without Node's own modules. */
function importsOf(from: string): Import[] {
  const text = textOf(from);
  const statics = text.matchAll(/^(?:import|export) (?:(?:[\w$*, ]*(?:\{[^}]*\})?) ?from )?'([^']+)'/gm);
  const dynamics = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [...statics, ...dynamics]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => {
      if (name.startsWith('.')) return { from, file: posix.join(posix.dirname(from), name) };
      if (name.startsWith('#')) return { from, file: name.slice(1) };
      const [first = '', second = ''] = name.split('/');
      return { from, package: first.startsWith('@') ? `${first}/${second}` : first };
    });
}

/** Whether a file belongs to a part: it is that file, or lies in that folder. */
function isIn(part: string, file: string): boolean {
  return part.endsWith('/') ? posix.matchesGlob(file, `${part}**`) : file === part;
}

/** The most exact part that a file belongs to, with its row. */
function placeOf(file: string): { part: string; row: Row } | undefined {
  return rows
    .flatMap((row) => row.parts.map((part) => ({ part, row })))
    .filter(({ part }) => isIn(part, file))
    .toSorted((a, b) => b.part.length - a.part.length)[0];
}

/** The folder that a file may do in as it likes. */
function homeOf(file: string): string | undefined {
  return placeOf(file)?.part.replace('*', file.split('/')[1] ?? '');
}

function isAllowed({ from, file, package: name }: Import): boolean {
  const row = placeOf(from)?.row;
  if (row === undefined) return false;
  if (name !== undefined) {
    const isOthers = rows.some((other) => other !== row && other.packages.includes(name));
    return row.packages.includes(name) || (row.hasOwnLibrary && !isOthers);
  }
  if (file === undefined || homeOf(file) === homeOf(from)) return true;
  const part = placeOf(file)?.part;
  return part !== undefined && (row.allowed.includes(part) || (row.hasWords && words.has(part)));
}

test('every file has its row in the import table', () => {
  assert.deepEqual(
    CODE.filter((file) => placeOf(file) === undefined),
    [],
  );
});

test('nothing is imported that the table does not allow', () => {
  const forbidden = imports.filter((one) => !isAllowed(one));
  assert.deepEqual(
    forbidden.map(({ from, file, package: name }) => `${from} imports ${file ?? name}`),
    [],
  );
});

test('the table allows nothing that is not done', () => {
  const unused = rows.flatMap((row) => {
    const own = imports.filter(({ from }) => placeOf(from)?.row === row);
    const parts = row.allowed.filter((part) => !own.some(({ file }) => file && placeOf(file)?.part === part));
    const packages = row.packages.filter((name) => !own.some((one) => one.package === name));
    return [...parts, ...packages].map((name) => `${row.parts.join(', ')}: ${name}`);
  });
  assert.deepEqual(
    // "All of the above" is said of the wiring, which need not use each.
    unused.filter((line) => !line.startsWith('src/app.ts')),
    [],
  );
});

test('no file imports itself by a detour, types included', () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const one of imports) if (one.from === file && one.file) visit(one.file, [...path, file]);
    done.add(file);
  };
  for (const file of CODE) visit(file, []);
  assert.deepEqual(cycles, []);
});

test("a channel's name stands in its own folder only, and where the page says whose it is", () => {
  const PAGE = new Set(['src/web/visitor.ts', 'src/web/client/view/message.ts']);
  const channels = ['telegram', 'slack', 'discord', 'whatsapp', 'web'];
  const misplaced = [...CODE, ...filesOf('bin/*.js')].flatMap((file) =>
    channels
      .filter((name) => new RegExp(`['"\`]${name}['"\`]`).test(textOf(file)))
      .filter((name) => !file.startsWith(`adapters/${name}/`) && !(name === 'web' && PAGE.has(file)))
      .map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(misplaced, []);
});

test('the environment is read where a program begins, and by the services', () => {
  const PROGRAMS = new Set(['src/main.ts', 'src/terminal.ts', 'src/doctor.ts']);
  const readers = CODE.filter((file) => textOf(file).includes('process.env'));
  assert.deepEqual(
    readers.filter((file) => !PROGRAMS.has(file) && !file.startsWith('src/services/')),
    [],
  );
});

test('no test keeps the others from running, and nothing is left to be done later', () => {
  const later = new RegExp(['TO', 'DO|FIX', 'ME|X', 'XX'].join(''));
  const alone = new RegExp(['\\b(test|it|describe|suite)\\.on', 'ly\\b|\\bon', 'ly: true'].join(''));
  assert.deepEqual(
    EVERYTHING.filter((file) => later.test(textOf(file)) || alone.test(textOf(file))),
    [],
  );
});

test('file sizes are told, not enforced', (t) => {
  const LONG = 200;
  for (const file of [...CODE, ...filesOf('{bench,test}/**/*.ts')]) {
    const lines = textOf(file).split('\n').length - 1;
    if (lines > LONG) t.diagnostic(`${file} has ${lines} lines`);
  }
});
