import type { LoginEvidence } from '../../federation/connectors/tested-login.ts';
import {
  type Command,
  type CommandArguments,
  onlyOperand,
  requireNoOperand,
  textOption,
  UsageError,
} from './command.ts';

/** The options that name a file with evidence for a connector. */
const EVIDENCE: Readonly<Record<string, LoginEvidence['kind']>> = {
  claims: 'claims',
  'id-token': 'id-token',
  'saml-response': 'saml-response',
  credentials: 'password',
};
/** For a connector, but not for a role. */
const OF_CONNECTORS = ['claims', 'id-token', 'credentials'] as const;
const TOKENS = ['web-identity-token', 'saml-response'] as const;
const TEXT = { type: 'string' } as const;

/** `rolecall test-login`: why somebody cannot sign in, or assume a role. */
export const testLoginCommand: Command = {
  name: 'test-login',
  usage: [
    [
      'CONNECTOR --claims FILE|--id-token FILE|--saml-response FILE|--credentials FILE [--json]',
      'show what a sign-in through a connector would do, and which roles that person could assume; FILE has the claims as JSON, an ID token, a SAML response in base64, or UserName and Password in a directory as JSON; - means standard input. Nothing is changed. Exit code 1 if the sign-in would be refused',
    ],
    [
      '--role ARN --web-identity-token FILE [--session-name NAME] [--json]',
      'show what AssumeRoleWithWebIdentity would do with a token, and what every statement of the trust policy says to it',
    ],
    [
      '--role ARN --saml-response FILE --provider ARN [--json]',
      'the same for AssumeRoleWithSAML; FILE has the response in base64',
    ],
  ],
  options: {
    claims: TEXT,
    'id-token': TEXT,
    credentials: TEXT,
    role: TEXT,
    'web-identity-token': TEXT,
    'saml-response': TEXT,
    provider: TEXT,
    'session-name': TEXT,
    json: { type: 'boolean' },
  },
  read(given) {
    return textOption(given, 'role') === undefined ? connectorTest(given) : roleTest(given);
  },
};

function connectorTest(given: CommandArguments): ReturnType<Command['read']> {
  refuse(given, ['web-identity-token', 'provider', 'session-name'], 'is for --role');
  const connector = onlyOperand(given, 'CONNECTOR or --role');
  const [option, file] = onlyFile(given, Object.keys(EVIDENCE));
  const kind = EVIDENCE[option] as LoginEvidence['kind'];
  const request = { connector, kind, file, json: given.options['json'] === true };
  return async (context) => (await import('./test-login.ts')).testLogin(context, request);
}

function roleTest(given: CommandArguments): ReturnType<Command['read']> {
  requireNoOperand(given);
  refuse(given, OF_CONNECTORS, 'is for a connector, not for --role');
  const [option, file] = onlyFile(given, TOKENS);
  const providerArn = textOption(given, 'provider');
  if ((option === 'saml-response') !== (providerArn !== undefined)) {
    throw new UsageError('--saml-response needs --provider, and only it does');
  }
  const request = {
    roleArn: textOption(given, 'role') ?? '',
    file,
    providerArn,
    sessionName: textOption(given, 'session-name'),
    json: given.options['json'] === true,
  };
  return async (context) => (await import('./test-role-login.ts')).testRoleLogin(context, request);
}

function refuse(given: CommandArguments, options: readonly string[], why: string): void {
  const found = options.find((option) => textOption(given, option) !== undefined);
  if (found !== undefined) throw new UsageError(`--${found} ${why}`);
}

/** @throws {UsageError} unless exactly one of these options is given. */
function onlyFile(given: CommandArguments, options: readonly string[]): readonly [option: string, file: string] {
  const found = options.flatMap((option) => {
    const file = textOption(given, option);
    return file === undefined ? [] : [[option, file] as const];
  });
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) {
    throw new UsageError(`give one of ${options.map((option) => `--${option}`).join(', ')}`);
  }
  return only;
}
