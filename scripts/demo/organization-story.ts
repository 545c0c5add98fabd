import { CloudTrail } from '@aws-sdk/client-cloudtrail';
import { AlreadyInOrganizationException } from '@aws-sdk/client-organizations';
import { type Caller, refused } from './caller.ts';
import { keyPair, type Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

/** The chapter about many accounts: an organization, a role in another account, a policy that limits even its administrators, and reports. */
export async function runOrganizationStory(stage: Stage): Promise<void> {
  const accountId = await makeAccount(stage);
  const team = await enter(stage, accountId);
  await limit(stage, accountId, team);
  await report(stage, team);
}

async function makeAccount({ narrator, admin, server, name }: Stage): Promise<string> {
  narrator.chapter(
    'Many accounts: an organization',
    'Each team gets an account of its own. The account that makes the organization manages it.',
  );
  try {
    await admin.organizations.createOrganization({});
    const { Roots = [] } = await admin.organizations.listRoots({});
    await admin.organizations.enablePolicyType({ RootId: Roots[0]?.Id, PolicyType: 'SERVICE_CONTROL_POLICY' });
  } catch (error) {
    // An earlier run of the demo has made it.
    if (!(error instanceof AlreadyInOrganizationException)) throw error;
  }
  const { Organization } = await admin.organizations.describeOrganization({});
  narrator.check(Organization?.MasterAccountId === server.accountId, 'this account manages the organization');
  const AccountName = name('team');
  const { CreateAccountStatus } = await admin.organizations.createAccount({
    Email: `${AccountName}@example.com`,
    AccountName,
  });
  const made = await admin.organizations.describeCreateAccountStatus({
    CreateAccountRequestId: CreateAccountStatus?.Id,
  });
  const { State, AccountId = '' } = made.CreateAccountStatus ?? {};
  narrator.check(State === 'SUCCEEDED', `the new account is ${AccountId}`);
  return AccountId;
}

async function enter(stage: Stage, accountId: string): Promise<Caller> {
  const { narrator, admin } = stage;
  narrator.say('Nobody knows a password there. Administrators come in by a role that trusts the managing account.');
  const { Credentials } = await admin.sts.assumeRole({
    RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
    RoleSessionName: 'set-up',
  });
  const team = stage.as('team', keyPair(Credentials));
  const { User } = await team.iam.createUser({ UserName: 'carol' });
  narrator.check(User?.Arn === `arn:aws:iam::${accountId}:user/carol`, 'the session administers the other account');
  return team;
}

async function limit({ narrator, admin, name }: Stage, accountId: string, team: Caller): Promise<void> {
  narrator.say('A service control policy limits everybody in that account, administrators and the root user included.');
  const Content = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'iam:CreateUser', Resource: '*' }],
  });
  const { Policy } = await admin.organizations.createPolicy({
    ...{
      Type: 'SERVICE_CONTROL_POLICY',
      Name: name('no-users'),
      Description: 'People come from the directory',
      Content,
    },
  });
  await admin.organizations.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: accountId });
  const denied = await refused(narrator, () => team.iam.createUser({ UserName: 'dave' }));
  narrator.check(
    denied.message.endsWith('with an explicit deny in a service control policy'),
    'it holds at once, for the session that already ran, and the answer names it',
  );
}

async function report({ narrator, server }: Stage, team: Caller): Promise<void> {
  narrator.say('What auditors ask for: who has which credentials, and who did what.');
  await waitFor(async () => ((await team.iam.generateCredentialReport({})).State === 'COMPLETE' ? true : undefined));
  const { Content } = await team.iam.getCredentialReport({});
  const rows = new TextDecoder().decode(Content).trim().split('\n');
  for (const row of rows) narrator.answer(row.split(',').slice(0, 6).join(','));
  narrator.check(rows.length === 3, 'the credential report has the root user and carol');
  const ofUsers = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateUser' }] };
  // Events can be looked up a moment after they happened. The story shows only the look that finds them.
  const { region, credentials } = team.cloudtrail.config;
  const quiet = new CloudTrail({ endpoint: server.url, region, credentials });
  await waitFor(async () => ((await quiet.lookupEvents(ofUsers)).Events?.length === 2 ? true : undefined));
  const { Events = [] } = await team.cloudtrail.lookupEvents(ofUsers);
  const codes = Events.map(
    ({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? '{}').errorCode as string | undefined,
  );
  narrator.check(
    codes.length === 2 && codes.includes('AccessDenied'),
    'CloudTrail’s LookupEvents has both attempts to create a user',
  );
}
