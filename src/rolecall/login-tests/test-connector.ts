import type { Authorizer } from '../../authorize/authorizer.ts';
import type { Target } from '../../authorize/target.ts';
import { assumableRoles } from '../../evaluation/assumable-roles.ts';
import { givenTags } from '../../federation/provisioning/login-tags.ts';
import type { User } from '../../identity/documents/user.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SignedCall } from '../../operations/operation.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import { givenEvidence } from './given-evidence.ts';
import { EVIDENCE, LOGIN_TEST_OUTPUT } from './login-test-shapes.ts';
import { type LoginTest, runLoginTest } from './run-login-test.ts';
import { shownLoginTest } from './shown-login-test.ts';
import { shownOutlooks } from './shown-outlooks.ts';

const INPUT = {
  Name: shape.required(CONNECTOR_NAME, 'The name of the connector.'),
  Evidence: shape.required(EVIDENCE, 'What the provider says of a person.'),
  ...shape.pageRequest,
};

/** Tests a login through a connector of the caller's account. */
export const TestConnector = declareOperation({
  name: 'TestConnector',
  documentation:
    'Says what a sign-in through a connector would do: which checks it would pass, who that would be here, which rules apply, and which roles that person could assume. Changes nothing, and signs nobody in. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`. Roles are shown, in pages, only to callers with `iam:SimulatePrincipalPolicy` on the user and `iam:ListRoles` on `arn:aws:iam::<account>:role/`; for all others `RolesWithheld` says so.',
  readOnly: true,
  input: INPUT,
  output: LOGIN_TEST_OUTPUT,
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
  pageOf: 'Roles',
});

export function testConnectorOperation({ store, loginTests }: RolecallDependencies) {
  return declaredOperation(TestConnector, {
    async authorize({ Name }, { caller: { accountId } }) {
      const target = await namedConnectorTarget(store, TestConnector, { accountId, name: Name });
      return { targets: [target], subject: undefined };
    },
    async handle(input, call) {
      const connector = await store.connectors.get([call.caller.accountId, input.Name]);
      if (connector === undefined) throw noSuchConnector(input.Name);
      const evidence = givenEvidence(input.Evidence);
      const given = { evidence, now: call.now, ip: call.source.ip };
      const test = await runLoginTest({ store, ...loginTests }, connector, given);
      if (test === undefined) {
        const problem = `connectors of the kind ${connector.settings.kind} take no evidence of this kind`;
        throw new ServiceError('ValidationError', `1 validation error detected: Evidence: ${problem}`);
      }
      return { ...shownLoginTest(test), ...(await rolesOf({ store, loginTests }, { test, input, call })) };
    },
  });
}

interface Tested {
  readonly test: LoginTest;
  readonly input: StructureOf<typeof INPUT>;
  readonly call: SignedCall;
}

/** The roles, for a caller who may simulate the policies of the user and read trust policies. */
async function rolesOf(
  { store, loginTests }: Pick<RolecallDependencies, 'store' | 'loginTests'>,
  { test: { user, isAccepted, tagRules }, input, call }: Tested,
) {
  if (user === undefined || !isAccepted) return { Roles: [] };
  const lacking = await lackingPermissions(loginTests.authorizer, call, user.user);
  if (lacking.length > 0) return { Roles: [], RolesWithheld: `Showing roles needs ${lacking.join(' and ')}.` };
  const outlooks = await assumableRoles(store, { user: user.user, tags: givenTags(tagRules) }, call.now);
  const page = { marker: input.NextToken, maxItems: input.MaxResults, quotesAll: false };
  const { items, marker } = await shownOutlooks(outlooks, page);
  return { Roles: items, ...(marker !== undefined && { NextToken: marker }) };
}

async function lackingPermissions(
  authorizer: Pick<Authorizer, 'decide'>,
  call: SignedCall,
  user: User,
): Promise<readonly string[]> {
  const { accountId: resourceAccountId, tags: resourceTags } = user;
  const targets: readonly Target[] = [
    { action: 'iam:SimulatePrincipalPolicy', resource: arnOf(userKind, user), resourceAccountId, resourceTags },
    { action: 'iam:ListRoles', resource: iamArn(resourceAccountId, 'role', '/', ''), resourceAccountId },
  ];
  const lacking: string[] = [];
  for (const target of targets) {
    const { decision } = await authorizer.decide(call, target);
    if (!decision.allowed) lacking.push(`${target.action} on ${target.resource}`);
  }
  return lacking;
}
