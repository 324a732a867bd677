/** What the commands on the terminal share: the configuration, and the services that the product uses. */
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { createLogger, type Logger } from './log.ts';
import { type Services, startServices } from './services/services.ts';

/** Reads `.env` and the environment, as the product does. Throws `ConfigError`. */
export function readTerminalConfig(): Config {
  if (existsSync('.env')) loadEnvFile('.env');
  return readConfig(process.env);
}

/** A log for commands that answer on standard output: warnings only. */
export function createTerminalLog(): Logger {
  return createLogger('warn', process.stdout.isTTY);
}

/** The services of a product that runs or not: shared with it, and left running for it. */
export function openServices(config: Config, log: Logger): Promise<Services> {
  return startServices({ mongodbUri: config.MONGODB_URI, redisUrl: config.REDIS_URL, dataDir: config.DATA_DIR }, log);
}

/** Rows in columns. */
export function formatTable(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Runs a command; what goes wrong is one sentence on standard error and exit code 1. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const text =
      error instanceof ConfigError || (error as { code?: unknown }).code
        ? (error as Error).message
        : (error as Error).stack;
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
