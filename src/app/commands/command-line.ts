import { parseArgs } from 'node:util';
import { type Command, type Job, UsageError } from './command.ts';
import { COMMANDS } from './command-table.ts';

const WIDTH = 96;

/** The output of `rolecall help`. */
export function usageText(): string {
  const forms = COMMANDS.flatMap(({ name, usage }) =>
    usage.map(([form, does]) => `  rolecall ${name} ${form}\n${wrapped(does, '      ')}\n`),
  );
  return `Usage: rolecall COMMAND

${forms.join('')}  rolecall help
      this text
  rolecall version
      the version of this installation

Without a command, the server starts. The store is the one that the server's environment and configuration name
(ROLECALL_DATA_DIR or ROLECALL_MONGODB_URI); run the commands where the server runs, as its user. All of them may run
beside servers, except that import needs a store that no server has started on. Secrets stay sealed in an exported file:
only the key-encryption key opens them, and it is not in the file.
Exit code: 0 success, 1 failure, 2 wrong usage.
`;
}

/**
 * Parses the command line.
 * @param args The arguments after the program's name.
 * @throws {UsageError}
 */
export function readCommandLine(args: readonly string[]): Job | 'help' | 'version' {
  const [name, ...rest] = args;
  if (name === 'help' || [name, ...rest].some((each) => each === '--help' || each === '-h')) return 'help';
  if (name === 'version' || name === '--version') return 'version';
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name ?? '(none given)'}`);
  try {
    const { positionals: operands, values: options } = parsed(command, rest);
    return command.read({ operands, options });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${command.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parsed({ options }: Command, args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { positionals, values: values as Readonly<Record<string, string | boolean | undefined>> };
  } catch (cause) {
    // The rest of the message is about values that begin with a dash.
    throw new UsageError((cause as Error).message.split('. ')[0], { cause });
  }
}

function wrapped(text: string, indent: string): string {
  const lines = [indent.trimEnd()];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > WIDTH) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = line === '' ? `${indent}${word}` : `${line} ${word}`;
  }
  return lines.join('\n');
}
