// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from 'fast-check';
import type { ReferenceDocument, ReferencePrincipal, ReferenceStatement } from '../reference/evaluate.ts';
import { ACCOUNT, CALLERS } from './callers.ts';
import { type ConditionsShape, conditionsArbitrary } from './generated-conditions.ts';

/** Statements and documents made up of a few words, of which those of the requests are some. */

export const OTHER_ACCOUNT = '999988887777';
export const ACTIONS = [
  'iam:GetUser',
  'iam:GetRole',
  'iam:CreateUser',
  'sts:AssumeRole',
  's3:GetObject',
  'S3:getobject',
];
const ACTION_PATTERNS = [
  ...ACTIONS,
  '*',
  'iam:*',
  'iam:Get*',
  'IAM:get????',
  's3:G*O*t',
  '*:Get*',
  's?s:*',
  'i*',
  's3:*Put*',
  '*t',
  '?*',
  'iam:GetUser?',
  'iam:GetUser*',
];
export const RESOURCES = [
  `arn:aws:iam::${ACCOUNT}:user/alice`,
  `arn:aws:iam::${ACCOUNT}:user/team/alice`,
  `arn:aws:iam::${OTHER_ACCOUNT}:role/a*b`,
  'arn:aws:s3:::bucket/home/alice/a:b',
  'arn:aws:s3:::bucket/home/${aws:username}/a?b',
  'arn:aws:sns:eu-west-1:111122223333:topic:sub',
  '*',
];
const RESOURCE_PATTERNS = [
  ...RESOURCES,
  'arn:aws:iam::*:user/*',
  `arn:aws:iam::${ACCOUNT}:*`,
  'arn:aws:s3:::bucket/*',
  'arn:aws:sns:eu-*:topic:sub',
  'arn:aws:s*s:eu*1:1111?2223333:t*b',
  'arn:aws:*',
  'arn:aws:i*:user/alice',
  'arn:aws:i?m::*alice',
  'arn:aws:s3:::bucket/home/*/a?b',
  `arn:aws:iam::${ACCOUNT}:USER/alice`,
  'arn:aws:sns:eu-west-1?111122223333:topic:sub',
  'arn:*m::*:u*/*',
  '*:*:*',
  '?',
];
const RESOURCE_VARIABLES = [
  `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
  'arn:aws:s3:::bucket/home/${aws:username}/*',
  "arn:aws:s3:::bucket/home/${aws:PrincipalTag/team, 'alice'}/a?b",
  `arn:aws:iam::${OTHER_ACCOUNT}:role/a\${*}b`,
  'arn:aws:s3:::bucket/home/${$}{aws:username}/a${?}b',
  'arn:aws:iam::${aws:PrincipalAccount}:user/team/*',
  'arn:aws:iam::*${aws:username}',
  'arn:aws:iam::*:user/${x:none}',
  '${x:Arn}*',
];
const NAMED = Object.values(CALLERS).flatMap(({ arn, uniqueId, accountId, roleArn }) => [
  arn,
  uniqueId,
  accountId,
  `arn:aws:iam::${accountId}:root`,
  roleArn ?? '',
]);
const PRINCIPALS = [
  ...new Set([...NAMED, OTHER_ACCOUNT, `arn:aws:iam::${OTHER_ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:user/*`, '*']),
].filter((name) => name !== '' && name !== 'arn:aws:iam:::root');

const some = (values: readonly string[]): fc.Arbitrary<string | string[]> =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }));

const PROVIDERS = ['idp.example.com', `arn:aws:iam::${ACCOUNT}:saml-provider/corp`, '*'];
const awsPrincipal = some(PRINCIPALS).map((names) => ({ AWS: names }));
const otherPrincipal = fc.oneof(
  some(PROVIDERS).map((names) => ({ Federated: names })),
  some(['ec2.amazonaws.com', 'ecs.amazonaws.com', '*']).map((names) => ({ Service: names })),
  fc.constant({ CanonicalUser: '79a59df900b949e55d96a1e698fbaced' }),
);
const principal: fc.Arbitrary<ReferencePrincipal> = fc.oneof(
  { arbitrary: awsPrincipal, weight: 6 },
  { arbitrary: otherPrincipal, weight: 3 },
  { arbitrary: fc.tuple(awsPrincipal, otherPrincipal).map(([one, other]) => ({ ...one, ...other })), weight: 4 },
  { arbitrary: fc.constant('*' as const), weight: 1 },
);

/** How often a part of a statement is as wide as can be, so that another part decides. */
export interface StatementShape {
  readonly hasPrincipal: boolean;
  readonly hasResource: boolean;
  /** In a hundred. */
  readonly wide: number;
  readonly conditions: ConditionsShape;
}

function part(name: string, narrow: fc.Arbitrary<unknown>, wide: number): fc.Arbitrary<object> {
  return fc
    .oneof(
      { arbitrary: fc.constant({ [name]: '*' }), weight: wide },
      {
        arbitrary: fc.record({ values: narrow, isNot: fc.constantFrom(false, false, false, false, true) }),
        weight: 100 - wide,
      },
    )
    .map((made) => ('values' in made ? { [made.isNot ? `Not${name}` : name]: made.values } : made));
}

function statementArbitrary(shape: StatementShape, hasVariables: boolean): fc.Arbitrary<ReferenceStatement> {
  const resources = hasVariables ? [...RESOURCE_PATTERNS, ...RESOURCE_VARIABLES] : RESOURCE_PATTERNS;
  return fc
    .tuple(
      fc.constantFrom('Allow', 'Allow', 'Deny'),
      part('Action', some(ACTION_PATTERNS), shape.wide),
      shape.hasResource ? part('Resource', some(resources), shape.wide) : fc.constant({}),
      shape.hasPrincipal ? part('Principal', principal, shape.wide) : fc.constant({}),
      conditionsArbitrary(hasVariables, shape.conditions),
    )
    .map(
      ([Effect, action, resource, who, Condition]) =>
        ({ Effect, ...who, ...action, ...resource, Condition }) as unknown as ReferenceStatement,
    );
}

/** A document of one to `max` statements, in either version of the language. */
export function documentArbitrary(shape: StatementShape, max: number): fc.Arbitrary<ReferenceDocument> {
  return fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17').chain((Version) =>
    fc.record({
      Version: fc.constant(Version),
      Statement: fc.array(statementArbitrary(shape, Version === '2012-10-17'), { minLength: 1, maxLength: max }),
    }),
  );
}
