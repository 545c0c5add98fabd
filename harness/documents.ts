import type { AccessKeyPair } from './start-server.ts';

/** Policy documents and answer parsers shared by the client suites. */

interface PolicyExtras {
  readonly effect?: 'Allow' | 'Deny';
  readonly resource?: string | readonly string[];
  readonly condition?: Record<string, Record<string, unknown>>;
}

/** An identity policy with one statement. */
export function allow(action: string | readonly string[], extras: PolicyExtras = {}): string {
  const { effect = 'Allow', resource = '*', condition } = extras;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: action, Resource: resource, ...(condition && { Condition: condition }) }],
  });
}

interface TrustExtras {
  readonly action?: string | readonly string[];
  readonly condition?: Record<string, Record<string, unknown>>;
}

/** A trust policy with one statement. */
export function trust(principal: unknown, extras: TrustExtras = {}): string {
  const { action = 'sts:AssumeRole', condition } = extras;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) }],
  });
}

export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
}

/** The key pair in the answer of `create-access-key`. */
export function keyOf(answer: { AccessKey: { AccessKeyId: string; SecretAccessKey: string } }): AccessKeyPair {
  const { AccessKeyId, SecretAccessKey } = answer.AccessKey;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
}

/** The credentials in the answer of an STS operation. */
export function sessionOf(answer: { Credentials: Credentials }): AccessKeyPair {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
