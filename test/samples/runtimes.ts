/**
 * Running the documented samples, their lines unchanged. A fragment gets what it lacks and nothing else.
 *
 * `pantheon.api` is the product by way of the environment, which names a proxy (way.ts) to every program.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** How a language's samples are run. */
interface Runtime {
  /** Asks whether it is there, libraries included. */
  probe?: string[];
  /** The files that it needs, by their names. */
  files: (code: string) => Record<string, string>;
  command: (proxy: URL) => string[];
}

/** What one does by hand with a library that a system package has installed. */
const GUZZLE = ['/usr/share/php/GuzzleHttp/autoload.php'].find((file) => existsSync(file)) ?? 'no Guzzle';

const JAVA_IMPORTS = [
  'java.io.BufferedReader',
  'java.io.InputStreamReader',
  'java.net.HttpURLConnection',
  'java.net.URL',
];

/** The names that Go's samples use and do not have, and the call that the compiler asks for. */
const GO_NAMES = `package main

import (
	"io"
	"net/http"
	"os"
)

const jsonReq = ' '

var headers = map[string][]string{}

func show(resp *http.Response, err error) {
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, resp.Body)
}
`;

/** Compilers on a busy machine are slow. */
const PATIENCE_MS = 120_000;

const RUNTIMES: Readonly<Record<string, Runtime>> = {
  shell: { probe: ['curl', '--version'], files: (code) => ({ 'run.sh': code }), command: () => ['sh', 'run.sh'] },
  javascript: { files: (code) => ({ 'run.js': code }), command: () => [process.execPath, 'run.js'] },
  ruby: {
    probe: ['ruby', '-e', "require 'rest-client'"],
    files: (code) => ({ 'run.rb': code }),
    command: () => ['ruby', 'run.rb'],
  },
  python: {
    probe: ['python3', '-c', 'import requests'],
    files: (code) => ({ 'run.py': code }),
    command: () => ['python3', 'run.py'],
  },
  php: {
    probe: ['php', '-r', `require '${GUZZLE}';`],
    files: (code) => ({ 'run.php': code, 'vendor/autoload.php': `<?php require '${GUZZLE}';\n` }),
    command: () => ['php', 'run.php'],
  },
  java: {
    probe: ['javac', '-version'],
    files: (code) => ({
      'Main.java': `${JAVA_IMPORTS.map((name) => `import ${name};`).join('\n')}
class Main { public static void main(String[] args) throws Exception {
${code}
} }
`,
    }),
    command: ({ hostname, port }) => ['java', `-Dhttp.proxyHost=${hostname}`, `-Dhttp.proxyPort=${port}`, 'Main.java'],
  },
  go: {
    probe: ['go', 'version'],
    files: (code) => ({ 'main.go': code.replace(/^( +)\/\/ \.\.\.$/m, '$&\n$1show(resp, err)'), 'names.go': GO_NAMES }),
    command: () => ['go', 'run', 'main.go', 'names.go'],
  },
};

/** Why a language's samples cannot run on this machine; `false` when they can. For the option `skip`. */
export function cannotRun(language: string): string | false {
  const { probe } = RUNTIMES[language] ?? {};
  if (!probe) return false;
  const [command = '', ...args] = probe;
  return spawnSync(command, args).status === 0 ? false : `not on this machine: ${probe.join(' ')}`;
}

/** Runs a sample in a folder of its own, by way of the proxy at `url`; resolves with what it prints, rejects when it fails. */
export async function runSample(language: string, code: string, url: string, folder: string): Promise<string> {
  if (language === 'http') return sendRaw(code, url);
  const runtime = RUNTIMES[language];
  if (!runtime) throw new Error(`Nobody knows how ${language} is run.`);
  for (const [name, text] of Object.entries(runtime.files(code))) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const [command = '', ...args] = runtime.command(new URL(url));
  return print(command, args, folder, {
    ...process.env,
    http_proxy: url,
    HTTP_PROXY: url,
    no_proxy: '',
    NO_PROXY: '',
    NODE_USE_ENV_PROXY: '1',
  });
}

/** Runs a command and resolves with what it prints. Rejects when it fails. */
export async function print(command: string, args: string[], cwd: string, env = process.env): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${errors}${output}`);
  return output;
}

/** The lines as they stand, with the line ends of HTTP. Resolves with the first answer, a JSON object, or what there is of one. */
export async function sendRaw(code: string, url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(code.replaceAll('\n', '\r\n'));
  let answer = '';
  for await (const chunk of socket) {
    answer += (chunk as Buffer).toString();
    if (answer.endsWith('}')) break;
  }
  return answer;
}
