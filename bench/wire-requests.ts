import { AttachUserPolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import aws4 from 'aws4';
import type { AccessKeyPair, RunningServer } from '../harness/start-server.ts';
import { postBytes } from './load.ts';

export const STS_VERSION = '2011-06-15';
export const IAM_VERSION = '2010-05-08';

/** A signed wire API call as raw bytes. It is valid for 15 minutes. */
export function signedRequest(
  { url }: Pick<RunningServer, 'url'>,
  key: AccessKeyPair,
  parameters: Record<string, string>,
): Buffer {
  const { host } = new URL(url);
  const body = new URLSearchParams(parameters).toString();
  const request = aws4.sign(
    {
      host,
      method: 'POST',
      path: '/',
      body,
      service: parameters['Version'] === IAM_VERSION ? 'iam' : 'sts',
      region: 'us-east-1',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    },
    {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...(key.sessionToken !== undefined && { sessionToken: key.sessionToken }),
    },
  );
  const { Host, ...headers } = request.headers as Record<string, string>;
  const { 'Content-Length': _, ...rest } = headers;
  return postBytes(Host ?? host, rest, body);
}

/** Creates a role that the whole account may assume, attaches a second policy to `admin`, and assumes the role. */
export async function prepareRole(server: RunningServer): Promise<{ roleArn: string; session: AccessKeyPair }> {
  const options = { endpoint: server.url, region: 'us-east-1', credentials: server.admin };
  const iam = new IAMClient(options);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${server.accountId}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(
    new AttachUserPolicyCommand({ UserName: 'admin', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }),
  );
  const roleArn = `arn:aws:iam::${server.accountId}:role/bench`;
  const assumed = await new STSClient(options).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'bench' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {};
  return {
    roleArn,
    session: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}
