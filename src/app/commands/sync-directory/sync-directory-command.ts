import { type Command, onlyOperand, textOption, UsageError } from '../command.ts';

const FLAG = { type: 'boolean' } as const;

/** `rolecall sync-directory`: brings the users of a connector in line with its directory. */
export const syncDirectoryCommand: Command = {
  name: 'sync-directory',
  usage: [
    [
      'CONNECTOR [--dry-run] [--full] [--may-disable N] [--json]',
      'disable and enable the users of a directory as it lists them, update their groups and names, and print a report; --dry-run changes nothing, and --full looks at everybody, not only at who has changed. Exit code 1 if the sync is refused or fails',
    ],
  ],
  options: { 'dry-run': FLAG, full: FLAG, 'may-disable': { type: 'string' }, json: FLAG },
  read(given) {
    const request = {
      connector: onlyOperand(given, 'CONNECTOR'),
      isDryRun: given.options['dry-run'] === true,
      isFull: given.options['full'] === true,
      mayDisable: countOption(textOption(given, 'may-disable')),
      json: given.options['json'] === true,
    };
    return async (context) => (await import('./sync-directory.ts')).syncDirectory(context, request);
  },
};

function countOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:0|[1-9]\d{0,5}|1000000)$/.test(text)) {
    throw new UsageError(`--may-disable: ${text} is not a number from 0 to 1000000`);
  }
  return Number(text);
}
