import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { RoleCredentials } from './start-sources.ts';

/** A text to paste, for one kind of shell or file. */
export interface CredentialText {
  /** What it is for. */
  readonly name: string | Text;
  readonly hint?: Text;
  readonly text: string;
}

export interface CredentialTextsInput {
  readonly credentials: RoleCredentials;
  /** The server's address. */
  readonly endpoint: string;
  /** The name of the profile in the aws CLI's files. */
  readonly profile: string;
}

/** Every client wants a region, although the server serves all of them alike. */
const REGION = 'us-east-1';

type Variable = readonly [name: string, value: string];

/** The same credentials as each kind of shell, file and program reads them. */
export function credentialTexts({ credentials, endpoint, profile }: CredentialTextsInput): readonly CredentialText[] {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  const variables: readonly Variable[] = [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    ['AWS_DEFAULT_REGION', REGION],
    ['AWS_ENDPOINT_URL', endpoint],
  ];
  const lines = (line: (variable: Variable) => string): string => variables.map(line).join('\n');
  const process = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration.toISOString(),
  };
  return [
    { name: say('start.shells'), text: lines(([name, value]) => `export ${name}=${quotedForShell(value)}`) },
    { name: 'PowerShell', text: lines(([name, value]) => `$Env:${name}=${quotedForPowerShell(value)}`) },
    { name: say('start.commandPrompt'), text: lines(([name, value]) => `set "${name}=${value}"`) },
    {
      name: '~/.aws/credentials',
      hint: say('start.credentialsFileHint', { profile }),
      text: [
        `[${profile}]`,
        `aws_access_key_id = ${accessKeyId}`,
        `aws_secret_access_key = ${secretAccessKey}`,
        `aws_session_token = ${sessionToken}`,
      ].join('\n'),
    },
    {
      name: '~/.aws/config',
      hint: say('start.configFileHint'),
      text: [`[profile ${profile}]`, `region = ${REGION}`, `endpoint_url = ${endpoint}`].join('\n'),
    },
    {
      name: say('start.processJson'),
      hint: say('start.processHint'),
      text: JSON.stringify(process, undefined, 2),
    },
    {
      name: say('start.oldClients'),
      hint: say('start.oldClientsHint'),
      text: `aws sts get-caller-identity --endpoint-url ${quotedForShell(endpoint)}`,
    },
  ];
}

/** In single quotes, in which PowerShell leaves everything as it is. It takes typographic quotes for single quotes, too; two of a kind are one. */
function quotedForPowerShell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** In single quotes, in which a POSIX shell leaves everything as it is. */
function quotedForShell(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
