import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Credentials } from '@aws-sdk/client-sts';
import { ACCOUNT_ID, type InProcessServer, type Key } from '../support/in-process-server.ts';

export const allow = (action: string | string[], resource: string | string[] = '*', more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource, ...more }],
  });

export const trust = (principal: object, more: object = {}, action: string | string[] = 'sts:AssumeRole'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action, ...more }],
  });

export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:user/${name}`;
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
export const account = { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` };

/** Makes a user with an access key, allowed what the policy says. */
export async function makeUser(server: InProcessServer, UserName: string, policy?: string): Promise<Key> {
  const iam = server.iam();
  await iam.send(new CreateUserCommand({ UserName }));
  if (policy !== undefined) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policy }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Makes a role and tells its ARN. */
export async function makeRole(
  server: InProcessServer,
  RoleName: string,
  options: { trust: string; policy?: string; maxSessionDuration?: number },
): Promise<string> {
  const iam = server.iam();
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: options.trust,
      MaxSessionDuration: options.maxSessionDuration,
    }),
  );
  if (options.policy !== undefined) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: options.policy }));
  }
  return roleArn(RoleName);
}

export function keyOf(credentials: Credentials | undefined): Key {
  if (!credentials?.AccessKeyId || !credentials.SecretAccessKey || !credentials.SessionToken) {
    throw new Error('there are no credentials in the answer');
  }
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
  };
}

/** The error of a call that must fail: its code on the wire (the SDK adds `Exception` to most) and its message. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error)
      return { name: error.name.replace(/(?<!ExpiredToken)Exception$/, ''), message: error.message };
    throw error;
  }
  throw new Error('the call was not refused');
}
