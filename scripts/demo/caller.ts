import { CloudTrail } from '@aws-sdk/client-cloudtrail';
import { IAM } from '@aws-sdk/client-iam';
import { Organizations } from '@aws-sdk/client-organizations';
import { STS } from '@aws-sdk/client-sts';
import type { MiddlewareStack } from '@smithy/types';
import type { AccessKeyPair } from '../../harness/start-server.ts';
import type { Narrator } from './narrator.ts';

/** A caller with credentials, using the official SDK. Every call is shown as an aws CLI command, together with its answer. */
export interface Caller {
  readonly iam: IAM;
  readonly sts: STS;
  readonly organizations: Organizations;
  readonly cloudtrail: CloudTrail;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const LINES_SHOWN = 14;
/** Where CloudTrail has the calls of IAM. */
const GLOBAL_REGION = 'us-east-1';

/** The only difference from a client for AWS is the endpoint. */
export function newCaller(narrator: Narrator, url: string, name: string, credentials: AccessKeyPair): Caller {
  const config = { endpoint: url, region: 'eu-central-1', credentials, maxAttempts: 1 };
  const [iam, sts] = [new IAM(config), new STS(config)];
  const [organizations, cloudtrail] = [new Organizations(config), new CloudTrail({ ...config, region: GLOBAL_REGION })];
  show(iam.middlewareStack, narrator, { who: name, service: 'iam' });
  show(sts.middlewareStack, narrator, { who: name, service: 'sts' });
  show(organizations.middlewareStack, narrator, { who: name, service: 'organizations' });
  show(cloudtrail.middlewareStack, narrator, { who: name, service: `--region ${GLOBAL_REGION} cloudtrail` });
  return { iam, sts, organizations, cloudtrail };
}

function show<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  narrator: Narrator,
  { who, service }: { who: string; service: string },
): void {
  stack.add(
    (next, context) => async (args) => {
      const command = kebab(String(context['commandName']).replace(/Command$/, ''));
      narrator.command(who, `aws ${service} ${command}${spellInput(args.input)}`);
      try {
        const result = await next(args);
        showAnswer(narrator, result.output);
        return result;
      } catch (error) {
        const { name: code, message } = error as Error;
        narrator.answer(`${code}: ${message}`);
        throw error;
      }
    },
    { step: 'initialize' },
  );
}

/** Makes a call that the service should refuse, and returns the refusal. Ends the demo if the call succeeds. */
export async function refused(narrator: Narrator, call: () => Promise<unknown>): Promise<Refusal> {
  try {
    await call();
  } catch (error) {
    const { name, message } = error as Error;
    if (!('$fault' in (error as object))) throw error;
    return { code: name, message };
  }
  narrator.check(false, 'the call was to be refused, and was not');
  throw new Error('unreachable');
}

function showAnswer(narrator: Narrator, output: object): void {
  const answer = Object.fromEntries(Object.entries(output).filter(([key]) => key !== '$metadata'));
  if (Object.keys(answer).length === 0) return;
  const lines = JSON.stringify(answer, readable, 2).split('\n');
  for (const secret of secretsIn(answer)) narrator.mask(secret.value, secret.label);
  const more = lines.length - LINES_SHOWN;
  narrator.answer([...lines.slice(0, LINES_SHOWN), ...(more > 0 ? [`… ${more} more lines`] : [])].join('\n'));
}

/** Policy documents arrive URL-encoded, and files as bytes. */
function readable(key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('base64').slice(0, 60)}…`;
  return key.endsWith('Document') && typeof value === 'string' ? JSON.parse(decodeURIComponent(value)) : value;
}

function secretsIn(value: unknown): { label: string; value: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'SecretAccessKey' || key === 'SessionToken') && typeof inner === 'string'
      ? [{ label: key, value: inner }]
      : secretsIn(inner),
  );
}

function spellInput(input: object): string {
  return Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` --${kebab(key)} ${spellValue(value)}`)
    .join('');
}

function spellValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(spellValue).join(' ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, inner]) => `${key}=${inner}`)
      .join(',');
  }
  const text = String(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}

/** `CreateOpenIDConnectProvider` → `create-open-id-connect-provider`, as in the CLI. */
function kebab(name: string): string {
  return name
    .replaceAll('OpenID', 'OpenId')
    .replaceAll('ID', 'Id')
    .replaceAll('MFA', 'Mfa')
    .replaceAll('SAML', 'Saml')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase();
}
