import { setTimeout as wait } from 'node:timers/promises';
import type { Credentials } from '@aws-sdk/client-sts';
import { callRolecall } from './call-rolecall.ts';
import { allow, trust } from './documents.ts';
import { at, type Fleet, iamOf, stsOf } from './fleet.ts';
import type { AccessKeyPair, RunningServer } from './start-server.ts';

/** A change that is made on one process and must take effect on all others. */
export interface Revocation {
  readonly name: string;
  /** Creates a user whom the change will affect. `call` returns whether a process admits that user. */
  prepare(
    fleet: Fleet,
    round: number,
  ): Promise<{
    readonly call: (server: RunningServer) => Promise<boolean>;
    readonly change: () => Promise<unknown>;
  }>;
}

const admitted = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: { $metadata?: { httpStatusCode?: number } }) => {
      if (error.$metadata?.httpStatusCode === 403) return false;
      throw error;
    },
  );

async function newUser(fleet: Fleet, UserName: string): Promise<AccessKeyPair> {
  const iam = iamOf(at(fleet));
  await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow(['iam:GetUser', 'sts:AssumeRole']) });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

function sessionOf(credentials: Credentials | undefined) {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

export const REVOCATIONS: readonly Revocation[] = [
  {
    name: 'DeleteAccessKey',
    async prepare(fleet, round) {
      const UserName = `key-${round}`;
      const key = await newUser(fleet, UserName);
      return {
        call: (server) => admitted(stsOf(server, key).getCallerIdentity({})),
        change: () => iamOf(at(fleet)).deleteAccessKey({ UserName, AccessKeyId: key.accessKeyId }),
      };
    },
  },
  {
    name: 'a policy taken away',
    async prepare(fleet, round) {
      const UserName = `policy-${round}`;
      const key = await newUser(fleet, UserName);
      return {
        call: (server) => admitted(iamOf(server, key).getUser({ UserName })),
        change: () => iamOf(at(fleet)).deleteUserPolicy({ UserName, PolicyName: 'p' }),
      };
    },
  },
  {
    name: 'a role’s sessions revoked',
    async prepare(fleet, round) {
      const iam = iamOf(at(fleet));
      const RoleName = `sessions-${round}`;
      const { accountId } = at(fleet);
      const root = { AWS: `arn:aws:iam::${accountId}:root` };
      await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust(root) });
      await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('iam:ListUsers') });
      const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
      const { Credentials } = await stsOf(at(fleet)).assumeRole({ RoleArn, RoleSessionName: 'before' });
      const session = sessionOf(Credentials);
      const before = { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 1000).toISOString() } };
      const PolicyDocument = allow('*', { effect: 'Deny', condition: before });
      return {
        call: (server) => admitted(iamOf(server, session).listUsers({ MaxItems: 1 })),
        // Like the AWS console when it revokes a role's sessions.
        change: () => iam.putRolePolicy({ RoleName, PolicyName: 'AWSRevokeOlderSessions', PolicyDocument }),
      };
    },
  },
  {
    name: 'a user disabled: the access key',
    async prepare(fleet, round) {
      const UserName = `disabled-${round}`;
      const key = await newUser(fleet, UserName);
      return {
        call: (server) => admitted(stsOf(server, key).getCallerIdentity({})),
        change: () => callRolecall(at(fleet), 'DisableUser', { UserName, Reason: 'left' }),
      };
    },
  },
  {
    name: 'a user disabled: a role session',
    async prepare(fleet, round) {
      const UserName = `leaver-${round}`;
      const key = await newUser(fleet, UserName);
      const RoleName = `of-leaver-${round}`;
      const { accountId } = at(fleet);
      const root = { AWS: `arn:aws:iam::${accountId}:root` };
      await iamOf(at(fleet)).createRole({ RoleName, AssumeRolePolicyDocument: trust(root) });
      const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
      const { Credentials } = await stsOf(at(fleet), key).assumeRole({ RoleArn, RoleSessionName: 'before' });
      const session = sessionOf(Credentials);
      return {
        call: (server) => admitted(stsOf(server, session).getCallerIdentity({})),
        change: () => callRolecall(at(fleet), 'DisableUser', { UserName, Reason: 'left' }),
      };
    },
  },
  {
    name: 'a user deleted',
    async prepare(fleet, round) {
      const UserName = `user-${round}`;
      const key = await newUser(fleet, UserName);
      const { Credentials } = await stsOf(at(fleet), key).getSessionToken({});
      const session = sessionOf(Credentials);
      const iam = iamOf(at(fleet));
      return {
        call: (server) => admitted(stsOf(server, session).getCallerIdentity({})),
        async change() {
          await iam.deleteUserPolicy({ UserName, PolicyName: 'p' });
          await iam.deleteAccessKey({ UserName, AccessKeyId: key.accessKeyId });
          await iam.deleteUser({ UserName });
        },
      };
    },
  },
];

/** When another process applied a change, in ms after the acknowledgement. */
export interface Lag {
  /** When the last admitted call began; 0 if there was none. */
  readonly admittedUntil: number;
  /** When the first refusal arrived. */
  readonly refusedAfter: number;
}

/** How long each of the other processes took to apply the change. */
export async function lagOf(fleet: Fleet, revocation: Revocation, round: number): Promise<readonly Lag[]> {
  const others = fleet.servers.slice(1);
  const { call, change } = await revocation.prepare(fleet, round);
  for (const server of others)
    if (!(await call(server))) throw new Error(`${revocation.name}: not admitted beforehand`);
  await change();
  const from = performance.now();
  return await Promise.all(
    others.map(async (server) => {
      let admittedUntil = 0;
      for (;;) {
        const asked = performance.now() - from;
        if (!(await call(server))) return { admittedUntil, refusedAfter: performance.now() - from };
        admittedUntil = asked;
        if (asked > 10_000) throw new Error(`${revocation.name}: still admitted after ten seconds`);
        await wait(1);
      }
    }),
  );
}
