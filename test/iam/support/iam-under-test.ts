import { openServiceCatalogue } from '../../../src/app/services/open-service-catalogue.ts';
import { createAuthorizer } from '../../../src/authorize/authorizer.ts';
import type { Target } from '../../../src/authorize/target.ts';
import type { IamDependencies } from '../../../src/iam/iam-dependencies.ts';
import { iamOperations } from '../../../src/iam/iam-operations.ts';
import { openLastUsed } from '../../../src/identity/access-keys/last-used.ts';
import { openAccessRecord } from '../../../src/identity/accessed/accessed.ts';
import {
  type DelegationTemplate,
  delegationTemplateArn,
  delegationTemplates,
} from '../../../src/identity/delegations/delegation-template.ts';
import { openAccessReports } from '../../../src/identity/reports/access-report/access-reports.ts';
import { openOrganizationReports } from '../../../src/identity/reports/access-report/organization-reports.ts';
import { openCredentialReports } from '../../../src/identity/reports/credential-report/credential-reports.ts';
import { type RoleTemplate, roleTemplates, templateArn } from '../../../src/identity/role-templates/role-template.ts';
import { awsLinkedServices } from '../../../src/identity/service-linked-roles/aws-linked-services.ts';
import { linkedServices } from '../../../src/identity/service-linked-roles/linked-service.ts';
import type { Caller } from '../../../src/identity/sessions/caller.ts';
import { announceChanges } from '../../../src/identity/store/announce-changes.ts';
import { ServiceError } from '../../../src/kernel/service-error.ts';
import { declares, UndeclaredError } from '../../../src/operations/errors/declared-errors.ts';
import type { AnyOperation, SignedCall } from '../../../src/operations/operation.ts';
import { openIdentities } from '../../support/open-identities.ts';

export const ACCOUNT_ID = '123456789012';
export const OTHER_ACCOUNT_ID = '210987654321';
/** The time at which every test begins: a whole second. */
export const START = Date.UTC(2026, 0, 1);

/** A service of the operator. */
const OWN_SERVICE = {
  service: 'backups.example.org',
  roleName: 'AWSServiceRoleForBackups',
  policies: [],
  takesSuffix: true,
  policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"vault:Read","Resource":"*"}]}',
  runsAs: [`arn:aws:iam::${ACCOUNT_ID}:user/backup-robot`],
};

/** A role template of the operator. */
export const OWN_TEMPLATE: RoleTemplate = {
  arn: templateArn('backups.example.org', 'Backup', 1),
  ...{ name: 'Backup', service: 'backups.example.org', majorVersion: 1, minorVersion: 3, isEnabled: true },
  ...{ roleName: 'backup-@{Name}', rolePath: '/backups/', roleDescription: 'Backups of @{Name}' },
  trustPolicy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'backups.example.org' }, Action: 'sts:AssumeRole' }],
  }),
  inlinePolicies: {
    vaults: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'vault:Read', Resource: ['@{Vaults}', 'arn:aws:vault:::log-@{Name}'] }],
    }),
  },
  managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  tags: { owner: '@{Name}' },
  maxSessionDuration: 7200,
  parameters: [
    { name: 'Name', type: 'String', isRequired: true },
    { name: 'Vaults', type: 'ArnList', isRequired: false, defaultValue: 'arn:aws:vault:::main' },
  ],
};

/** A delegation template of the operator. */
export const OWN_DELEGATION: DelegationTemplate = {
  arn: delegationTemplateArn(undefined, 'Vaults'),
  policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'vault:Read', Resource: '@{Vaults}' }],
  }),
  parameters: [{ name: 'Vaults', type: 'ArnList', isRequired: true }],
};

/** The root user of an account, as a caller. */
export function rootOf(accountId: string): Caller {
  const arn = `arn:aws:iam::${accountId}:root`;
  return { type: 'Account', accountId, arn, userId: accountId, accessKeyId: 'AKIAROOT' };
}

/** IAM on an embedded store, called without the wire: what is authorised is told, and taken as allowed. */
export interface IamUnderTest {
  readonly deps: IamDependencies;
  /** The names of all operations. */
  readonly operations: readonly string[];
  readonly clock: { now(): number; advance(ms: number): void };
  /** Calls an operation as the root user of the first account, or as another caller. It may only throw what it declares. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects; the operations' own types are checked by tsc
  call(operation: string, input?: object, caller?: Caller): Promise<any>;
  /** The targets that a call asks to be allowed. */
  targets(operation: string, input?: object, caller?: Caller): Promise<readonly Target[]>;
  /** The messages on the change feed so far. */
  readonly changes: readonly string[];
  /** A user who exists, as a caller. */
  userCaller(userName: string): Promise<Caller>;
  close(): Promise<void>;
}

export async function openIam(): Promise<IamUnderTest> {
  let now = START;
  const clock = {
    now: () => now,
    advance(ms: number) {
      now += ms;
    },
  };
  const own = await openIdentities({ clock });
  const { collections, ephemeral, passwords, random } = own;
  const keyRing = await own.openKeys();
  const changes: string[] = [];
  const stop = ephemeral.subscribe('identity', (message) => changes.push(message));
  const store = announceChanges(own.identities, ephemeral);
  const lastUsed = openLastUsed({ collections, failed: (error) => changes.push(String(error)) });
  const onFault = (fault: unknown) => void changes.push(String(fault));
  const credentialReports = openCredentialReports({ store, lastUsed, ephemeral, clock, random, onFault });
  const accessed = openAccessRecord({ collections, failed: onFault });
  const accessReports = openAccessReports({ ephemeral, clock, random, onFault });
  const organizationReports = openOrganizationReports({ ephemeral, clock, random, onFault });
  for (const accountId of [ACCOUNT_ID, OTHER_ACCOUNT_ID]) await own.addAccount(accountId);
  const authorizer = createAuthorizer({ store, feed: ephemeral, clock });
  const deps: IamDependencies = {
    store,
    sealer: keyRing.sealer,
    random,
    lastUsed,
    protection: () => async () => false,
    ephemeral,
    passwords,
    credentialReports,
    roleTemplates: roleTemplates([OWN_TEMPLATE]),
    delegationTemplates: delegationTemplates([OWN_DELEGATION]),
    authorizer,
    linkedServices: linkedServices(awsLinkedServices(), [OWN_SERVICE]),
    accessed,
    accessReports,
    organizationReports,
    services: openServiceCatalogue({ files: [], declarations: () => [] }),
    factorResetMs: 0,
    sendsMail: true,
    ownIssuer: 'http://rolecall.internal:8080/oidc',
    publicUrl: 'http://rolecall.internal:8080',
  };
  const operations = new Map<string, AnyOperation>(iamOperations(deps).map((each) => [each.schema[2], each]));

  function find(name: string): AnyOperation {
    const operation = operations.get(name);
    if (!operation) throw new Error(`no operation ${name}`);
    return operation;
  }
  const callOf = (caller: Caller): SignedCall => ({
    requestId: 'test',
    now,
    source: { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: 'us-east-1' },
    caller,
    concernedAccount: undefined,
  });

  return {
    deps,
    operations: [...operations.keys()],
    clock,
    changes,
    async call(name, input = {}, caller = rootOf(ACCOUNT_ID)) {
      const operation = find(name);
      try {
        const { subject } = await operation.authorize(input, callOf(caller));
        return await operation.handle(input, callOf(caller), subject);
      } catch (error) {
        const row = { service: 'iam', name, operation };
        if (error instanceof ServiceError && !declares(row, error)) throw new UndeclaredError(row, error);
        throw error;
      }
    },
    async targets(name, input = {}, caller = rootOf(ACCOUNT_ID)) {
      return (await find(name).authorize(input, callOf(caller))).targets;
    },
    async userCaller(userName) {
      const { items } = await store.users.find('byName', [ACCOUNT_ID, userName.toLowerCase()]);
      const [user] = items;
      if (!user) throw new Error(`no user ${userName}`);
      const arn = `arn:aws:iam::${ACCOUNT_ID}:user${user.path}${user.userName}`;
      return {
        type: 'User',
        accountId: ACCOUNT_ID,
        arn,
        userId: user.userId,
        uniqueId: user.userId,
        userName: user.userName,
        accessKeyId: 'AKIATEST',
      };
    },
    async close() {
      await credentialReports.settle();
      await accessReports.settle();
      await organizationReports.settle();
      await accessed.flush();
      await lastUsed.flush();
      stop();
      authorizer.close();
      await own.close();
    },
  };
}

/** What a call is refused with; fails where it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'status' in error) {
      return { code: String(error.code), message: error.message, status: Number(error.status) };
    }
    throw error;
  }
  throw new Error('the call was not refused');
}

/** An identity policy that allows one action. */
export function allow(action: string, padding = 0): string {
  const sid = padding > 0 ? { Sid: 'x'.repeat(padding) } : {};
  const Statement = [{ ...sid, Effect: 'Allow', Action: action, Resource: '*' }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** A trust policy for a principal. */
export function trust(principal: unknown = { Service: 'ec2.amazonaws.com' }): string {
  const Statement = [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** Reads a list to its end, page by page. */
export async function allPages<Item>(
  iam: IamUnderTest,
  { operation, input, member }: { operation: string; input: object; member: string },
): Promise<Item[][]> {
  const pages: Item[][] = [];
  let marker: string | undefined;
  do {
    const answer = await iam.call(operation, { ...input, ...(marker === undefined ? {} : { Marker: marker }) });
    pages.push(answer[member]);
    if (answer.IsTruncated !== (answer.Marker !== undefined)) throw new Error('IsTruncated and Marker disagree');
    marker = answer.Marker;
  } while (marker !== undefined);
  return pages;
}
