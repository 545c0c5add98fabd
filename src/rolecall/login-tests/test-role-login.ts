import type { Target } from '../../authorize/target.ts';
import type { NamedRole } from '../../identity/roles/role-directory.ts';
import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { type DeclaredError, declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';
import { ROLE_LOGIN_OUTPUT, TOKEN_EVIDENCE, TOKEN_EVIDENCE_MEMBERS } from './role-login-shapes.ts';
import { type RoleLoginEvidence, runRoleLoginTest } from './run-role-login-test.ts';
import { shownRoleLogin } from './shown-role-login.ts';

const ROWS = errorTable({ NoSuchRoleException: { status: 404, recorded: true } });
const NO_SUCH_ROLE: DeclaredError = {
  ...ROWS.NoSuchRoleException,
  documentation: 'The account has no role with this ARN.',
};

/** Tests whether the bearer of a token of an identity provider could assume a role of the caller's account. */
export const TestRoleLogin = declareOperation({
  name: 'TestRoleLogin',
  documentation:
    'Says what `AssumeRoleWithWebIdentity` or `AssumeRoleWithSAML` would do with a token or an assertion: which checks it would pass, and what every statement of the trust policy says to it. Changes nothing, and does not use an assertion up. The permission is checked on the ARN of the role; because parts of its trust policy are shown, `iam:GetRole` is needed as well.',
  readOnly: true,
  input: {
    RoleArn: shape.required(shape.text('TestedRoleArn', { length: [20, 2048], audited: true }), 'The ARN of the role.'),
    Evidence: shape.required(TOKEN_EVIDENCE, 'What the caller would present.'),
    RoleSessionName: shape.optional(
      shape.text('TestedSessionName', { length: [2, 64], pattern: '[\\w+=,.@-]*', audited: true }),
      'The session name of the call, if the trust policy tests it. An assertion brings its own.',
    ),
  },
  output: ROLE_LOGIN_OUTPUT,
  errors: [NO_SUCH_ROLE],
});

export function testRoleLoginOperation({ loginTests }: RolecallDependencies) {
  return declaredOperation(TestRoleLogin, {
    async authorize({ RoleArn }) {
      const named = await loginTests.roles.find(RoleArn);
      if (named === undefined) throw invalid(`RoleArn: ${RoleArn} is not the ARN of a role`);
      return { targets: targetsOn(named), subject: named };
    },
    async handle({ Evidence, RoleSessionName }, { now }, named) {
      if (named.role === undefined) throw new ServiceError(NO_SUCH_ROLE, `There is no role ${named.arn}.`);
      const evidence = evidenceOf(Evidence, RoleSessionName);
      return shownRoleLogin(await runRoleLoginTest(loginTests, named, { evidence, now }));
    },
  });
}

function targetsOn({ arn, accountId, role }: NamedRole): readonly Target[] {
  const target = {
    resource: arn,
    resourceAccountId: accountId,
    ...(role && { resourceTags: role.tags, isResourcePrivileged: role.isPrivileged === true }),
  };
  return [actionOf(TestRoleLogin.schema), 'iam:GetRole'].map((action) => ({ action, ...target }));
}

function evidenceOf(
  { WebIdentityToken, Saml }: ValueOf<typeof TOKEN_EVIDENCE>,
  sessionName: string | undefined,
): RoleLoginEvidence {
  if (WebIdentityToken !== undefined && Saml === undefined) {
    return { kind: 'web-identity', token: WebIdentityToken.trim(), sessionName };
  }
  if (Saml !== undefined && WebIdentityToken === undefined) {
    return { kind: 'saml', providerArn: Saml.ProviderArn, encoded: Saml.Assertion };
  }
  throw invalid(`Evidence: give exactly one of ${Object.keys(TOKEN_EVIDENCE_MEMBERS).join(', ')}`);
}

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: ${problem}`);
}
