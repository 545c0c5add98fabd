import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'export'; readonly file: string; readonly overwrite: boolean }
  | { readonly name: 'import'; readonly file: string; readonly checkOnly: boolean };

export const USAGE = `Usage: rolecall COMMAND

  rolecall export FILE [--overwrite]   write the whole store to FILE (mode 0600); - for standard output
  rolecall import FILE                 put FILE into an empty store, read it back and compare
  rolecall import --check FILE         only go through FILE: whether it is whole, and what is in it
  rolecall help                        this text

The store is the one that the server's environment and configuration name (ROLECALL_DATA_DIR or ROLECALL_MONGODB_URI).
An export may run beside servers; an import needs a store that no server has started on. Secrets stay sealed in the file:
only the key-encryption key opens them, and it is not in the file. Without a command, the server starts.
Exit code: 0 done, 1 failed, 2 not understood.
`;

/** The command line is not one of those that {@link USAGE} tells. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws {UsageError} */
export function readCommandLine(args: readonly string[]): Command {
  const { positionals, values } = parse(args);
  const [name, file, ...more] = positionals;
  if (values.help || name === 'help') return { name: 'help' };
  if (name !== 'export' && name !== 'import') throw new UsageError(`there is no command ${name ?? '(none given)'}`);
  if (file === undefined) throw new UsageError(`${name}: which file?`);
  if (more.length > 0) throw new UsageError(`${name}: one file at a time`);
  const { overwrite = false, check = false } = values;
  if (name === 'export') {
    if (check) throw new UsageError('export: --check is for import');
    return { name, file, overwrite };
  }
  if (overwrite) throw new UsageError('import: --overwrite is for export');
  if (file === '-') throw new UsageError('import: standard input will not do, the file is read more than once');
  return { name, file, checkOnly: check };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { overwrite: { type: 'boolean' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
