import {
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  EnableOutboundWebIdentityFederationCommand,
  ListOrganizationsFeaturesCommand,
} from '@aws-sdk/client-iam';
import {
  DeregisterDelegatedAdministratorCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { GetWebIdentityTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Key } from '../support/in-process-server.ts';
import { type OrganizationScene, startOrganization } from './scene.ts';

const ServicePrincipal = 'iam.amazonaws.com';
const CREDENTIALS = 'RootCredentialsManagement';
const SESSIONS = 'RootSessions';

let scene: OrganizationScene;
let member: string;
let admin: Key;

beforeAll(async () => {
  scene = await startOrganization();
  member = await scene.createAccount('member');
  admin = await scene.administrate(member);
});
afterAll(() => scene.server.close());

/** The error's name, or the features that are enabled. */
const outcome = (call: Promise<{ EnabledFeatures?: string[] | undefined }>): Promise<string | string[]> =>
  call.then(
    ({ EnabledFeatures = [] }) => EnabledFeatures,
    ({ name }: Error) => name,
  );
const iam = (key?: Key) => scene.server.iam(key);
const list = (key?: Key) => outcome(iam(key).send(new ListOrganizationsFeaturesCommand({})));
const enableCredentials = (key?: Key) =>
  outcome(iam(key).send(new EnableOrganizationsRootCredentialsManagementCommand({})));
const enableSessions = (key?: Key) => outcome(iam(key).send(new EnableOrganizationsRootSessionsCommand({})));
const disableCredentials = (key?: Key) =>
  outcome(iam(key).send(new DisableOrganizationsRootCredentialsManagementCommand({})));
const disableSessions = (key?: Key) => outcome(iam(key).send(new DisableOrganizationsRootSessionsCommand({})));
const organizations = () => scene.client();
const delegation = () => ({ AccountId: member, ServicePrincipal });

describe('the features of central root access', () => {
  test('[organizations] need trusted access for IAM, and the management account', async () => {
    expect([await list(), await enableSessions()]).toEqual(Array(2).fill('ServiceAccessNotEnabledException'));
    await organizations().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toEqual([]);
    const other = 'AccountNotManagementOrDelegatedAdministratorException';
    expect([await list(admin), await enableSessions(admin), await disableSessions(admin)]).toEqual(
      Array(3).fill(other),
    );
  });

  test('[organizations] are enabled and disabled one by one, and listed in a fixed order', async () => {
    expect(await enableSessions()).toEqual([SESSIONS]);
    expect(await enableSessions()).toEqual([SESSIONS]);
    expect(await enableCredentials()).toEqual([CREDENTIALS, SESSIONS]);
    const listed = await iam().send(new ListOrganizationsFeaturesCommand({}));
    expect(listed).toMatchObject({
      OrganizationId: scene.organizationId,
      EnabledFeatures: [CREDENTIALS, SESSIONS],
    });
    expect(await disableSessions()).toEqual([CREDENTIALS]);
    expect(await disableCredentials()).toEqual([]);
  });

  test('[organizations] a delegated administrator of IAM, and of no other service, lists and disables them', async () => {
    const register = (name: string) =>
      organizations().send(new RegisterDelegatedAdministratorCommand({ AccountId: member, ServicePrincipal: name }));
    await enableCredentials();
    await register('config.amazonaws.com');
    expect(await list(admin)).toBe('AccountNotManagementOrDelegatedAdministratorException');
    await register(ServicePrincipal);
    expect(await list(admin)).toEqual([CREDENTIALS]);
    expect(await enableSessions(admin)).toBe('CallerIsNotManagementAccountException');
    expect(await disableCredentials(admin)).toEqual([]);
    await organizations().send(new DeregisterDelegatedAdministratorCommand(delegation()));
    expect(await list(admin)).toBe('AccountNotManagementOrDelegatedAdministratorException');
  });

  test('[organizations] end with the trusted access, and do not come back with it', async () => {
    await enableCredentials();
    await organizations().send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toBe('ServiceAccessNotEnabledException');
    await organizations().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toEqual([]);
  });
});

test('[organizations] the tokens of outbound federation tell the organization and the place of the account', async () => {
  await iam(admin).send(new EnableOutboundWebIdentityFederationCommand({}));
  const command = new GetWebIdentityTokenCommand({ Audience: ['https://a.example'], SigningAlgorithm: 'ES384' });
  const { WebIdentityToken = '' } = await scene.server.sts(admin).send(command);
  expect(decodeJwt(WebIdentityToken)['https://sts.amazonaws.com/']).toMatchObject({
    aws_account: member,
    org_id: scene.organizationId,
    ou_path: `${scene.organizationId}/${scene.rootId}/`,
  });
});
