import { type Caller, refused } from './caller.ts';
import { allow, trust } from './documents.ts';
import { keyPair, type Stage } from './stage.ts';

/** The chapter about users, a role and temporary credentials, as used with the unmodified aws CLI. */
export async function runRoleStory(stage: Stage): Promise<void> {
  const { alice, arn, name } = await makeUsers(stage);
  const session = await assumeRole(stage, alice, arn);
  await useSession(stage, session, name);
  await runConditions(stage, alice, arn);
  await runRevocation(stage, alice, name);
}

async function makeUsers(stage: Stage): Promise<{ alice: Caller; arn: string; name: string }> {
  const { narrator, server, admin } = stage;
  narrator.chapter(
    'A user, and the administrator who makes it',
    'The first start made `admin`. It makes a user, alice.',
  );
  const identity = await admin.sts.getCallerIdentity({});
  narrator.check(identity.Arn === `arn:aws:iam::${server.accountId}:user/admin`, 'the server knows who calls: admin');
  const name = stage.name('alice');
  const { User } = await admin.iam.createUser({ UserName: name });
  const arn = User?.Arn ?? '';
  narrator.check(arn === `arn:aws:iam::${server.accountId}:user/${name}`, `alice is ${arn}`);
  const { AccessKey } = await admin.iam.createAccessKey({ UserName: name });
  const alice = stage.as('alice', keyPair(AccessKey));
  const denied = await refused(narrator, () => alice.iam.listUsers({}));
  narrator.check(denied.code === 'AccessDenied', 'alice has no policy, so alice may do nothing');
  return { alice, arn, name };
}

async function assumeRole(stage: Stage, alice: Caller, userArn: string): Promise<Caller> {
  const { narrator, server, admin } = stage;
  const role = stage.name('auditor');
  narrator.chapter(
    'A role that alice may assume',
    'Its trust policy names alice; its inline policy lets it look at users and nothing else.',
  );
  const { Role } = await admin.iam.createRole({ RoleName: role, AssumeRolePolicyDocument: trust({ AWS: userArn }) });
  const RoleArn = Role?.Arn ?? '';
  await admin.iam.putRolePolicy({
    RoleName: role,
    PolicyName: 'look',
    PolicyDocument: allow(['iam:ListUsers', 'iam:GetUser']),
  });
  const assumed = await alice.sts.assumeRole({ RoleArn, RoleSessionName: 'friday' });
  const sessionArn = `arn:aws:sts::${server.accountId}:assumed-role/${role}/friday`;
  narrator.check(assumed.AssumedRoleUser?.Arn === sessionArn, 'alice holds temporary credentials of the role');

  narrator.say('Somebody whom the trust policy does not name is refused, whatever the person’s own policy says.');
  const stranger = stage.name('mallory');
  await admin.iam.createUser({ UserName: stranger });
  await admin.iam.putUserPolicy({ UserName: stranger, PolicyName: 'try', PolicyDocument: allow('iam:List*') });
  const { AccessKey } = await admin.iam.createAccessKey({ UserName: stranger });
  const mallory = stage.as('mallory', keyPair(AccessKey));
  const no = await refused(narrator, () => mallory.sts.assumeRole({ RoleArn, RoleSessionName: 'friday' }));
  narrator.check(no.code === 'AccessDenied' && no.message.includes(RoleArn), 'mallory is refused');
  return stage.as('auditor', keyPair(assumed.Credentials));
}

async function useSession(stage: Stage, session: Caller, userName: string): Promise<void> {
  const { narrator, server } = stage;
  narrator.chapter('What the temporary credentials can do', 'What the role’s policy allows, and no more.');
  const identity = await session.sts.getCallerIdentity({});
  const { User } = await session.iam.getUser({ UserName: userName });
  narrator.check(User?.UserName === userName, 'allowed: iam:GetUser');
  const denied = await refused(narrator, () => session.iam.createUser({ UserName: 'x' }));
  const sentence =
    `User: ${identity.Arn} is not authorized to perform: iam:CreateUser on resource: ` +
    `arn:aws:iam::${server.accountId}:user/x because no identity-based policy allows the iam:CreateUser action`;
  narrator.check(denied.message === sentence, 'denied: iam:CreateUser, and the answer says why, in the words of AWS');
}

async function runConditions(stage: Stage, alice: Caller, userArn: string): Promise<void> {
  const { narrator, admin } = stage;
  narrator.chapter(
    'The trust policy really decides',
    'A partner’s role asks for an external id; a careful one for a second factor.',
  );
  const partner = await admin.iam.createRole({
    RoleName: stage.name('partner'),
    AssumeRolePolicyDocument: trust({ AWS: userArn }, { StringEquals: { 'sts:ExternalId': 'contract-7' } }),
  });
  const ask = { RoleArn: partner.Role?.Arn ?? '', RoleSessionName: 'friday' };
  const without = await refused(narrator, () => alice.sts.assumeRole(ask));
  narrator.check(without.code === 'AccessDenied', 'refused without the external id');
  const wrong = await refused(narrator, () => alice.sts.assumeRole({ ...ask, ExternalId: 'contract-8' }));
  narrator.check(wrong.code === 'AccessDenied', 'refused with another one');
  const right = await alice.sts.assumeRole({ ...ask, ExternalId: 'contract-7' });
  narrator.check(right.Credentials !== undefined, 'granted with the right one');

  const careful = await admin.iam.createRole({
    RoleName: stage.name('careful'),
    AssumeRolePolicyDocument: trust({ AWS: userArn }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  });
  const noFactor = await refused(narrator, () =>
    alice.sts.assumeRole({ RoleArn: careful.Role?.Arn ?? '', RoleSessionName: 'friday' }),
  );
  narrator.check(noFactor.code === 'AccessDenied', 'refused without a second factor');
}

async function runRevocation(stage: Stage, alice: Caller, userName: string): Promise<void> {
  const { narrator, admin } = stage;
  narrator.chapter('A key that is taken away', 'A deactivated key stops working with the next request.');
  const { AccessKeyMetadata = [] } = await admin.iam.listAccessKeys({ UserName: userName });
  const AccessKeyId = AccessKeyMetadata[0]?.AccessKeyId ?? '';
  await admin.iam.updateAccessKey({ UserName: userName, AccessKeyId, Status: 'Inactive' });
  const gone = await refused(narrator, () => alice.sts.getCallerIdentity({}));
  narrator.check(gone.code === 'InvalidClientTokenId', 'alice’s key is refused');
}
