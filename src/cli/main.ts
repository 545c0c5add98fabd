import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Context, readOptions } from './command-context.ts';
import { COMMANDS } from './commands.ts';
import { Failure, UsageError } from './failure.ts';
import { placesOf } from './places.ts';
import { printable } from './printable.ts';
import { USAGE } from './usage.ts';

/** The server and the commands for administrators, in the same package. A URL, so that no bundler includes them here. */
const SERVER = new URL('../app/main.js', import.meta.url).href;

/** The program `rolecall`: the commands for people's own machines, and the server for everything else. */
async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  if (name === '--help' || name === '-h') return print(USAGE);
  if (name === '--version') return print(`rolecall ${version()}\n`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return void (await import(SERVER));
  if (args.some((each) => each === '--help' || each === '-h')) return print(USAGE);
  try {
    await command.run(contextOf(), readOptions(command, args));
  } catch (error) {
    fail(name, error);
  }
}

function contextOf(): Context {
  const { platform, env, stdin } = process;
  const machine = { platform, env, home: homedir() };
  return {
    machine,
    places: placesOf(machine),
    program: [process.execPath, fileURLToPath(import.meta.url)],
    stdin,
    print,
    say: (line) => process.stderr.write(`${line}\n`),
  };
}

function print(text: string): void {
  process.stdout.write(text);
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function fail(name: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${`rolecall ${name}`.trim()}: ${printable(message)}\n`);
  if (error instanceof UsageError) process.stderr.write('rolecall --help shows how to use it.\n');
  else if (!(error instanceof Failure) && process.env['ROLECALL_DEBUG'] && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

main().catch((error: unknown) => fail('', error));
