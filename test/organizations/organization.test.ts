import { ListUsersCommand } from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListCreateAccountStatusCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  UpdateOrganizationalUnitCommand,
} from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { type OrganizationScene, startOrganization } from './scene.ts';

let scene: OrganizationScene;
let rootId: string;
let member: string;
let memberKey: Key;
/** So many accounts more count as created with the next one. */
let alreadyCreated = 0;

type Send = OrganizationScene['client'] extends (...args: never) => infer Client
  ? Client extends { send: infer Method }
    ? Method
    : never
  : never;
const send = ((command: never) => scene.client().send(command)) as Send;
const asMember = ((command: never) => scene.client(memberKey).send(command)) as Send;

/** The code, the reason if there is one, and the message of a refusal. */
async function refusal(call: Promise<unknown>): Promise<readonly (string | undefined)[]> {
  const error = await call.then(
    () => ({ name: 'no error' }),
    (thrown: unknown) => thrown as { name: string; Reason?: string; message?: string },
  );
  return [error.name, ...('Reason' in error ? [error.Reason] : []), 'message' in error ? error.message : undefined];
}

async function createUnit(Name: string, ParentId = rootId): Promise<string> {
  const { OrganizationalUnit } = await send(new CreateOrganizationalUnitCommand({ Name, ParentId }));
  return OrganizationalUnit?.Id ?? '';
}

beforeAll(async () => {
  scene = await startOrganization({}, (stores) => ({
    ...stores,
    ephemeral: new Proxy(stores.ephemeral, {
      get: (ephemeral, name) =>
        name === 'increment'
          ? (key: string, by: number, ttl: number) =>
              ephemeral.increment(key, key.startsWith('accounts-created/') ? by + alreadyCreated : by, ttl)
          : (Reflect.get(ephemeral, name) as () => unknown).bind(ephemeral),
    }),
  }));
  rootId = scene.rootId;
  member = await scene.createAccount('first');
  memberKey = await scene.administrate(member);
});

describe('an organization', () => {
  test('[organizations] has a root without enabled policy types, although the types seem to be available', async () => {
    const { Organization } = await send(new DescribeOrganizationCommand({}));
    const { organizationId } = scene;
    expect(organizationId).toMatch(/^o-[a-z0-9]{10}$/);
    expect(Organization).toEqual({
      Id: organizationId,
      Arn: `arn:aws:organizations::${ACCOUNT_ID}:organization/${organizationId}`,
      FeatureSet: 'ALL',
      MasterAccountArn: `arn:aws:organizations::${ACCOUNT_ID}:account/${organizationId}/${ACCOUNT_ID}`,
      MasterAccountEmail: 'root@localhost',
      MasterAccountId: ACCOUNT_ID,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    });
    expect((await send(new ListRootsCommand({}))).Roots).toEqual([
      {
        Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
        Arn: `arn:aws:organizations::${ACCOUNT_ID}:root/${organizationId}/${rootId}`,
        Name: 'Root',
        PolicyTypes: [],
      },
    ]);
  });

  test('[organizations] is the only one of its accounts, and is not deleted while it has others', async () => {
    const taken = ['AlreadyInOrganizationException', 'The AWS account is already a member of an organization.'];
    expect(await refusal(send(new CreateOrganizationCommand({})))).toEqual(taken);
    expect(await refusal(asMember(new CreateOrganizationCommand({})))).toEqual(taken);
    expect(await refusal(send(new DeleteOrganizationCommand({})))).toEqual([
      'OrganizationNotEmptyException',
      'Your organization still contains member accounts.',
    ]);
  });
});

describe('accounts', () => {
  test('[organizations] CreateAccount answers that it is in progress, and its request tells the account at the end', async () => {
    const input = { AccountName: 'Second', Email: 'Second@example.com', Tags: [{ Key: 'team', Value: 'blue' }] };
    const { CreateAccountStatus: begun } = await send(new CreateAccountCommand(input));
    expect(begun).toEqual({
      Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
      AccountName: 'Second',
      State: 'IN_PROGRESS',
      RequestedTimestamp: expect.any(Date),
    });
    const asked = { CreateAccountRequestId: begun?.Id };
    const { CreateAccountStatus: done } = await send(new DescribeCreateAccountStatusCommand(asked));
    expect(done).toMatchObject({ State: 'SUCCEEDED', AccountId: expect.stringMatching(/^\d{12}$/) });
    const { Account } = await send(new DescribeAccountCommand({ AccountId: done?.AccountId }));
    expect(Account).toEqual({
      Id: done?.AccountId,
      Arn: `arn:aws:organizations::${ACCOUNT_ID}:account/${scene.organizationId}/${done?.AccountId}`,
      Email: 'second@example.com',
      Name: 'Second',
      Status: 'ACTIVE',
      State: 'ACTIVE',
      Paths: [`${scene.organizationId}/${rootId}/${done?.AccountId}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: expect.any(Date),
    });
    const { Tags } = await send(new ListTagsForResourceCommand({ ResourceId: done?.AccountId }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
    const { Accounts = [] } = await send(new ListAccountsCommand({}));
    expect(Accounts.map(({ Id }) => Id)).toEqual(expect.arrayContaining([ACCOUNT_ID, member, done?.AccountId]));

    const again = await send(new CreateAccountCommand({ ...input, Email: 'second@EXAMPLE.com' }));
    const { CreateAccountStatuses = [] } = await send(new ListCreateAccountStatusCommand({ States: ['FAILED'] }));
    expect(CreateAccountStatuses).toEqual([
      {
        Id: again.CreateAccountStatus?.Id,
        AccountName: 'Second',
        State: 'FAILED',
        FailureReason: 'EMAIL_ALREADY_EXISTS',
        RequestedTimestamp: expect.any(Date),
        CompletedTimestamp: expect.any(Date),
      },
    ]);
  });

  test('[organizations] its role lets the management account in, as an administrator', async () => {
    expect((await scene.server.iam(memberKey).send(new ListUsersCommand({}))).Users).toEqual([]);
  });

  test('[organizations] only a request id names a request', async () => {
    const ask = (CreateAccountRequestId: string) =>
      send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
    expect(await refusal(ask(member))).toEqual([
      'InvalidInputException',
      'INVALID_PATTERN',
      'You provided a value that does not match the required pattern.',
    ]);
    expect(await refusal(ask('car-12345678'))).toEqual([
      'CreateAccountStatusNotFoundException',
      "You specified a create account request that doesn't exist.",
    ]);
  });

  test('[organizations] move between units, from where they are', async () => {
    const unit = await createUnit('movers');
    const move = (SourceParentId: string, DestinationParentId: string, AccountId = member) =>
      send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
    expect(await refusal(move(unit, unit))).toEqual([
      'SourceParentNotFoundException',
      "You specified a source parent that doesn't exist.",
    ]);
    expect((await refusal(move(rootId, `${unit}x`)))[0]).toBe('DestinationParentNotFoundException');
    expect((await refusal(move(rootId, rootId)))[0]).toBe('DuplicateAccountException');
    expect((await refusal(move(rootId, unit, '999999999999')))[0]).toBe('AccountNotFoundException');
    await move(rootId, unit);
    expect((await send(new ListParentsCommand({ ChildId: member }))).Parents).toEqual([
      { Id: unit, Type: 'ORGANIZATIONAL_UNIT' },
    ]);
    const { Accounts } = await send(new ListAccountsForParentCommand({ ParentId: unit }));
    expect(Accounts?.map(({ Id }) => Id)).toEqual([member]);
    const children = await send(new ListChildrenCommand({ ParentId: unit, ChildType: 'ACCOUNT' }));
    expect(children.Children).toEqual([{ Id: member, Type: 'ACCOUNT' }]);
    expect((await refusal(send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit }))))[0]).toBe(
      'OrganizationalUnitNotEmptyException',
    );
    await move(unit, rootId);
    await send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: unit }));
    expect((await refusal(send(new ListChildrenCommand({ ParentId: unit, ChildType: 'ACCOUNT' }))))[0]).toBe(
      'ParentNotFoundException',
    );
  });
});

describe('members', () => {
  test('[organizations] may describe the organization, and otherwise only administrators read', async () => {
    expect((await asMember(new DescribeOrganizationCommand({}))).Organization?.Id).toBe(scene.organizationId);
    const refused = ['AccessDeniedException', "You don't have permissions to access this resource."];
    expect(await refusal(asMember(new ListRootsCommand({})))).toEqual(refused);
    expect(await refusal(asMember(new ListAccountsCommand({})))).toEqual(refused);
    expect(await refusal(asMember(new DescribeAccountCommand({ AccountId: member })))).toEqual(refused);
    expect(await refusal(asMember(new CreateOrganizationalUnitCommand({ Name: 'x', ParentId: rootId })))).toEqual(
      refused,
    );
  });
});

describe('units', () => {
  test('[organizations] form a tree of five levels with unique names below one parent', async () => {
    const first = await createUnit('first');
    expect(first).toMatch(new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8}$`));
    expect(await refusal(createUnit('first'))).toEqual([
      'DuplicateOrganizationalUnitException',
      'An OU with the same name already exists.',
    ]);
    let parent = first;
    for (const name of ['first', 'second', 'third', 'fourth']) parent = await createUnit(name, parent);
    expect(await refusal(createUnit('fifth', parent))).toEqual([
      'ConstraintViolationException',
      'OU_DEPTH_LIMIT_EXCEEDED',
      'You have exceeded the allowed depth of nested OUs.',
    ]);
    const other = await createUnit('other');
    const rename = (OrganizationalUnitId: string, Name: string) =>
      send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId, Name }));
    expect((await refusal(rename(other, 'first')))[0]).toBe('DuplicateOrganizationalUnitException');
    await rename(other, 'renamed');
    const { OrganizationalUnit } = await send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: other }));
    expect(OrganizationalUnit).toEqual({
      Id: other,
      Arn: `arn:aws:organizations::${ACCOUNT_ID}:ou/${scene.organizationId}/${other}`,
      Name: 'renamed',
      Path: `${scene.organizationId}/${rootId}/${other}/`,
    });
    const missing = { OrganizationalUnitId: `ou-${rootId.slice(2)}-00000000` };
    expect(await refusal(send(new DescribeOrganizationalUnitCommand(missing)))).toEqual([
      'OrganizationalUnitNotFoundException',
      "You specified an organizational unit that doesn't exist.",
    ]);
  });

  test('[organizations] are listed in pages', async () => {
    const parent = await createUnit('many');
    const made = await Promise.all([1, 2, 3, 4, 5].map((n) => createUnit(`unit ${n}`, parent)));
    const listed: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await send(
        new ListOrganizationalUnitsForParentCommand({
          ParentId: parent,
          MaxResults: 2,
          ...(NextToken && { NextToken }),
        }),
      );
      listed.push(...(page.OrganizationalUnits ?? []).map(({ Id }) => Id));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(listed.sort()).toEqual(made.sort());
    const bad = { ParentId: parent, NextToken: 'wrong' };
    expect((await refusal(send(new ListOrganizationalUnitsForParentCommand(bad)))).slice(0, 2)).toEqual([
      'InvalidInputException',
      'INVALID_NEXT_TOKEN',
    ]);
    const tooMany = { ParentId: parent, MaxResults: 21 };
    expect((await refusal(send(new ListOrganizationalUnitsForParentCommand(tooMany)))).slice(0, 2)).toEqual([
      'InvalidInputException',
      'MAX_VALUE_EXCEEDED',
    ]);
  });
});

test('[S46] an organization asks for so many accounts a day, and their requests are forgotten after 90 days', async () => {
  const create = (name: string) => send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
  alreadyCreated = 1000;
  expect(await refusal(create('flood'))).toEqual([
    'ConstraintViolationException',
    'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED',
    'You have exceeded the number of accounts that you can create in one day. Try again later.',
  ]);
  alreadyCreated = 0;
  const before = (await send(new ListCreateAccountStatusCommand({}))).CreateAccountStatuses ?? [];
  expect(before.length).toBeGreaterThan(2);
  scene.advance(91 * 86_400_000);
  const { CreateAccountStatus: last } = await send(
    new CreateAccountCommand({ AccountName: 'later', Email: 'later@example.com' }),
  );
  const { CreateAccountStatuses } = await send(new ListCreateAccountStatusCommand({}));
  expect(CreateAccountStatuses?.map(({ Id }) => Id)).toEqual([last?.Id]);
  const asked = { CreateAccountRequestId: before[0]?.Id };
  expect((await refusal(send(new DescribeCreateAccountStatusCommand(asked))))[0]).toBe(
    'CreateAccountStatusNotFoundException',
  );
});
