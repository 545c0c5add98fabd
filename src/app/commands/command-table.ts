import { AUDIT_COMMANDS } from './audit/audit-commands.ts';
import {
  type Command,
  type CommandArguments,
  onlyOperand,
  requireNoOperand,
  textOption,
  UsageError,
} from './command.ts';
import type { NamedHolder } from './named-holder.ts';
import { syncDirectoryCommand } from './sync-directory/sync-directory-command.ts';
import { testLoginCommand } from './test-login-command.ts';

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

const exportCommand: Command = {
  name: 'export',
  usage: [['FILE [--overwrite]', 'write the whole store to FILE, readable only by its owner; - means standard output']],
  options: { overwrite: FLAG },
  read(given) {
    const file = onlyOperand(given, 'FILE');
    return async ({ settings, stdout, report }) => {
      const { exportStore } = await import('./export-store.ts');
      await exportStore(settings, { file, overwrite: given.options['overwrite'] === true, stdout, report });
    };
  },
};

const importCommand: Command = {
  name: 'import',
  usage: [
    ['FILE', 'import FILE into an empty store, read it back and compare'],
    ['--check FILE', 'check that FILE is intact and show what it contains; needs no store'],
  ],
  options: { check: FLAG },
  read(given) {
    const file = onlyOperand(given, 'FILE');
    if (file === '-') throw new UsageError('FILE is read more than once, so it cannot be standard input');
    return async ({ settings, report }) => {
      const { checkFile, importStore } = await import('./import-store.ts');
      await (given.options['check'] === true ? checkFile : importStore)(settings, file, report);
    };
  },
};

const rotateKeys: Command = {
  name: 'rotate-keys',
  usage: [
    [
      '[--drop-former]',
      'generate new signing keys and a new data key; --drop-former invalidates everything that the previous keys signed',
    ],
    ['--key-encryption-key', 'seal the data keys under a new key-encryption key'],
    [
      '--saml-account ID [--in-days N]',
      'generate the next key with which an account signs as SAML identity provider: published now, used in 7 or N days',
    ],
  ],
  options: { 'drop-former': FLAG, 'key-encryption-key': FLAG, 'saml-account': TEXT, 'in-days': TEXT },
  read(given) {
    requireNoOperand(given);
    const dropFormer = given.options['drop-former'] === true;
    const samlAccount = textOption(given, 'saml-account');
    const inDays = textOption(given, 'in-days');
    if (samlAccount !== undefined) {
      if (dropFormer || given.options['key-encryption-key'] === true) {
        throw new UsageError('--saml-account cannot be combined with other kinds of keys');
      }
      const rollOver = { accountId: requireAccountId(samlAccount, '--saml-account'), days: daysIn(inDays ?? '7') };
      return async (context) => (await import('./saml/roll-over-saml-key.ts')).rollOverSamlKey(context, rollOver);
    }
    if (inDays !== undefined) throw new UsageError('--in-days needs --saml-account');
    if (given.options['key-encryption-key'] !== true)
      return async (context) => (await import('./rotate-keys.ts')).rotateKeys(context, { dropFormer });
    if (dropFormer) throw new UsageError('--drop-former is for signing keys, not for the key-encryption key');
    return async (context) => (await import('./change-key-encryption-key.ts')).changeKeyEncryptionKey(context);
  },
};

/** A number of days, as text. @throws {UsageError} */
function daysIn(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new UsageError(`--in-days: ${text} is not a number of days`);
}

/** @throws {UsageError} */
function requireAccountId(text: string, option: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new UsageError(`${option}: ${text} is not the 12 digits of an account`);
}

const readSamlMetadataCommand: Command = {
  name: 'read-saml-metadata',
  usage: [
    ['FILE [--entity-id ID]', 'print a SAML service provider as an entry of saml.applications, from its metadata'],
  ],
  options: { 'entity-id': TEXT },
  read(given) {
    const source = { file: onlyOperand(given, 'FILE'), entityId: textOption(given, 'entity-id') };
    return async (context) => (await import('./saml/read-saml-metadata.ts')).readSamlMetadata(context, source);
  },
};

const ACCOUNT = { account: TEXT };

/** The user named on the command line. @throws {UsageError} */
function namedHolder(given: CommandArguments): NamedHolder {
  const accountId = textOption(given, 'account');
  if (accountId !== undefined) requireAccountId(accountId, '--account');
  return { name: onlyOperand(given, 'root or USER'), accountId };
}

const resetPassword: Command = {
  name: 'reset-password',
  usage: [
    ['root|USER [--account ID]', 'give someone who is locked out a new password, print it, and end all their sessions'],
  ],
  options: ACCOUNT,
  read(given) {
    const named = namedHolder(given);
    return async (context) => (await import('./reset-password.ts')).resetPassword(context, named);
  },
};

const resetMfa: Command = {
  name: 'reset-mfa',
  usage: [
    ['root|USER [--account ID]', 'remove the MFA devices of someone who has lost them, and end all their sessions'],
  ],
  options: ACCOUNT,
  read(given) {
    const named = namedHolder(given);
    return async (context) => (await import('./reset-mfa.ts')).resetMfa(context, named);
  },
};

const checkRoots: Command = {
  name: 'check-roots',
  usage: [['', 'name the accounts whose root user has no passkey or security key; fails if there are any']],
  options: {},
  read(given) {
    requireNoOperand(given);
    return async (context) => (await import('./accounts/check-roots.ts')).checkRoots(context);
  },
};

const endSessions: Command = {
  name: 'end-sessions',
  usage: [['root|USER [--account ID]', 'sign someone out everywhere: all their sessions and tokens end']],
  options: ACCOUNT,
  read(given) {
    const named = namedHolder(given);
    return async (context) => (await import('./end-sessions.ts')).endSessions(context, named);
  },
};

const breakGlass: Command = {
  name: 'break-glass',
  usage: [
    [
      'USER --reason TEXT [--minutes N] [--account ID]',
      'in an emergency, let a user assume privileged roles without a passkey, for 60 minutes unless set, 1440 at most; every use is an alarm',
    ],
    ['USER --end [--account ID]', 'end that at once'],
  ],
  options: { ...ACCOUNT, reason: TEXT, minutes: TEXT, end: FLAG },
  read(given) {
    const named = namedHolder(given);
    const ends = given.options['end'] === true;
    const reason = textOption(given, 'reason');
    const minutes = textOption(given, 'minutes') ?? '60';
    if (ends === (reason !== undefined)) throw new UsageError('say why with --reason, or --end');
    if (!/^\d{1,4}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > 1440) {
      throw new UsageError(`--minutes: ${minutes} is not a number from 1 to 1440`);
    }
    const glass = reason === undefined ? undefined : { reason, minutes: Number(minutes) };
    return async (context) => (await import('./break-glass/break-glass.ts')).breakGlass(context, named, glass);
  },
};

const enableUser: Command = {
  name: 'enable-user',
  usage: [['USER [--account ID]', 'enable a user whom an administrator, a directory or the end date disabled']],
  options: ACCOUNT,
  read(given) {
    const named = namedHolder(given);
    return async (context) => (await import('./enable-user.ts')).enableNamedUser(context, named);
  },
};

const reopenAccount: Command = {
  name: 'reopen-account',
  usage: [['ID', 'open an account again that its organization has closed; its former sessions and tokens stay ended']],
  options: {},
  read(given) {
    const accountId = requireAccountId(onlyOperand(given, 'ID'), 'ID');
    return async (context) => (await import('./accounts/reopen-account.ts')).reopenClosedAccount(context, accountId);
  },
};

const testMail: Command = {
  name: 'test-mail',
  usage: [['ADDRESS', 'send a test mail by the configured mail server, and say what it answered; needs no store']],
  options: {},
  read(given) {
    const to = onlyOperand(given, 'ADDRESS');
    return async (context) => (await import('./mail/test-mail.ts')).testMail(context, to);
  },
};

/** All commands, in the order in which `rolecall help` lists them. */
export const COMMANDS: readonly Command[] = [
  exportCommand,
  importCommand,
  ...AUDIT_COMMANDS,
  rotateKeys,
  readSamlMetadataCommand,
  resetPassword,
  resetMfa,
  checkRoots,
  breakGlass,
  endSessions,
  enableUser,
  reopenAccount,
  testLoginCommand,
  syncDirectoryCommand,
  testMail,
];
