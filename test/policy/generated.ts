// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from 'fast-check';
import type { PolicyLayers } from '../../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import type { AuthorizationRequest, ContextValue } from '../../src/policy/request.ts';
import type { ReferenceDocument, ReferenceLayers, ReferenceStatement } from '../reference/evaluate.ts';
import { ACCOUNT, CALLERS } from './callers.ts';

/** Policies and requests made up so that they often nearly match: all come from the same few words. */

const OTHER_ACCOUNT = '999988887777';
const ACTIONS = ['iam:GetUser', 'iam:GetRole', 'iam:CreateUser', 'sts:AssumeRole', 's3:GetObject', 'S3:getobject'];
const ACTION_PATTERNS = [
  ...ACTIONS,
  '*',
  '*',
  '*',
  'iam:*',
  'iam:Get*',
  'IAM:get????',
  's3:G*O*t',
  '*:Get*',
  's?s:*',
  'i*',
  's3:*Put*',
];
const RESOURCES = [
  `arn:aws:iam::${ACCOUNT}:user/alice`,
  `arn:aws:iam::${ACCOUNT}:user/team/alice`,
  `arn:aws:iam::${OTHER_ACCOUNT}:role/a*b`,
  'arn:aws:s3:::bucket/home/alice/a:b',
  'arn:aws:sns:eu-west-1:111122223333:topic:sub',
];
const RESOURCE_PATTERNS = [
  ...RESOURCES,
  '*',
  '*',
  '*',
  '*',
  'arn:aws:iam::*:user/*',
  `arn:aws:iam::${ACCOUNT}:*`,
  'arn:aws:s3:::bucket/*',
  `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
  'arn:aws:s3:::bucket/home/${aws:username}/*',
  "arn:aws:s3:::bucket/home/${aws:PrincipalTag/team, 'alice'}/a?b",
  `arn:aws:iam::${OTHER_ACCOUNT}:role/a\${*}b`,
  'arn:aws:sns:eu-*:topic:sub',
  'arn:aws:s*s:eu*1:1111?2223333:t*b',
  'arn:aws:*',
  'arn:aws:i*:user/alice',
  'arn:aws:iam::${aws:PrincipalAccount}:user/team/*',
  'arn:aws:iam::*${aws:username}',
  'arn:*m::*:u*/*',
];
const PRINCIPALS = [
  ...Object.values(CALLERS).flatMap(({ arn, uniqueId, accountId, roleArn }) => [
    arn,
    uniqueId,
    accountId,
    roleArn ?? '',
  ]),
  OTHER_ACCOUNT,
  `arn:aws:iam::${OTHER_ACCOUNT}:root`,
  '*',
].filter((name) => name !== '');

const KEYS = ['aws:username', 'aws:PrincipalTag/team', 'aws:TagKeys', 'x:Number', 'x:Date', 'x:Ip', 'x:Arn', 'x:Flag'];
const WORDS = [
  'alice',
  'Alice',
  'bob',
  'team',
  '',
  'a*',
  '*',
  'al?ce',
  '${aws:username}',
  "${aws:PrincipalTag/team, 'bob'}",
  '${*}',
];
const NUMBERS = ['0', '1', '1.5', '-2', '10', '007'];
const DATES = ['2020-01-01T00:00:00Z', '2020-01-01T00:00:01Z', '1577836800', '2021-06-01T12:00:00+02:00'];
const RANGES = ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.1', '0.0.0.0/0', '192.0.2.0/31'];
const ADDRESSES = ['10.1.2.3', '10.2.0.1', '192.0.2.1', '192.0.2.0'];
const ARNS = [
  '*',
  'arn:aws:iam::*:user/*',
  `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
  'arn:aws:s3*',
  ...RESOURCES,
];

const list = (values: readonly string[], max = 3): fc.Arbitrary<string | string[]> =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { maxLength: max }));
const some = (values: readonly string[]): fc.Arbitrary<string | string[]> =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }));

const FAMILIES: readonly {
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly key: string;
}[] = [
  { names: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'], values: WORDS, key: 'aws:TagKeys' },
  { names: ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], values: WORDS, key: 'aws:TagKeys' },
  { names: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'], values: ARNS, key: 'x:Arn' },
  {
    names: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    values: NUMBERS,
    key: 'x:Number',
  },
  { names: ['NumericLessThanEquals', 'NumericGreaterThan'], values: NUMBERS, key: 'x:Number' },
  { names: ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateGreaterThanEquals'], values: DATES, key: 'x:Date' },
  { names: ['DateLessThanEquals', 'DateGreaterThan'], values: DATES, key: 'x:Date' },
  { names: ['IpAddress', 'NotIpAddress'], values: RANGES, key: 'x:Ip' },
  { names: ['Bool'], values: ['true', 'false'], key: 'x:Flag' },
];

const condition = fc
  .constantFrom(...FAMILIES)
  .chain(({ names, values, key }) =>
    fc.record({
      set: fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      name: fc.constantFrom(...names),
      ifExists: fc.constantFrom('', '', 'IfExists'),
      key: fc.constantFrom(key, key, ...KEYS),
      values: list(values),
    }),
  )
  .map(({ set, name, ifExists, key, values }) => ({ [`${set}${name}${ifExists}`]: { [key]: values } }));
const nullCondition = fc
  .record({ key: fc.constantFrom(...KEYS), wanted: fc.constantFrom('true', 'false') })
  .map(({ key, wanted }) => ({ Null: { [key]: wanted } }));
const conditions = fc
  .array(fc.oneof({ arbitrary: condition, weight: 5 }, { arbitrary: nullCondition, weight: 1 }), { maxLength: 2 })
  .map((parts) => Object.assign({}, ...parts) as NonNullable<ReferenceStatement['Condition']>);

const principal = fc.oneof(
  fc.constant('*' as const),
  some(PRINCIPALS).map((names) => ({ AWS: names })),
  some(['idp.example.com', `arn:aws:iam::${ACCOUNT}:saml-provider/corp`, '*']).map((names) => ({ Federated: names })),
  some(['ec2.amazonaws.com', 'ecs.amazonaws.com']).map((names) => ({ Service: names })),
);

const effect = fc.constantFrom('Allow' as const, 'Allow' as const, 'Allow' as const, 'Allow' as const, 'Deny' as const);
const actionPart = fc.record({ values: some(ACTION_PATTERNS), not: fc.integer({ max: 5, min: 0 }) });
const resourcePart = fc.record({ values: some(RESOURCE_PATTERNS), not: fc.integer({ max: 5, min: 0 }) });
const principalPart = fc.record({ values: principal, not: fc.integer({ max: 5, min: 0 }) });

const named = (name: string, { values, not }: { values: unknown; not: number }): object => ({
  [not === 0 ? `Not${name}` : name]: values,
});

const permission = fc.record({ effect, actionPart, resourcePart, conditions }).map(
  (made) =>
    ({
      Effect: made.effect,
      ...named('Action', made.actionPart),
      ...named('Resource', made.resourcePart),
      Condition: made.conditions,
    }) as ReferenceStatement,
);
const grant = fc
  .record({ permission, principalPart })
  .map((made) => ({ ...made.permission, ...named('Principal', made.principalPart) }) as ReferenceStatement);
const trust = grant.map(({ Resource: _resource, NotResource: _notResource, ...rest }) => rest as ReferenceStatement);

const documentOf = (statement: fc.Arbitrary<ReferenceStatement>): fc.Arbitrary<ReferenceDocument> =>
  fc.record({
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
  });
const documents = (statement: fc.Arbitrary<ReferenceStatement>): fc.Arbitrary<ReferenceDocument[]> =>
  fc.array(documentOf(statement), { maxLength: 2 });
/** Most levels allow everything, as in most organisations; else little would ever be allowed. */
const levels = (
  statement: fc.Arbitrary<ReferenceStatement>,
  everything: ReferenceStatement,
): fc.Arbitrary<(readonly ReferenceDocument[])[]> => {
  const full: ReferenceDocument = { Version: '2012-10-17', Statement: everything };
  const some = documents(statement);
  return fc.array(
    fc.oneof(
      { arbitrary: some, weight: 1 },
      { arbitrary: some.map((made) => [...made, full]), weight: 2 },
      { arbitrary: fc.constant([full]), weight: 3 },
    ),
    { maxLength: 3 },
  );
};
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof(fc.constant(undefined), value);

const trustedIds = fc.dictionary(
  fc.constantFrom(CALLERS['user']?.arn ?? '', CALLERS['session']?.roleArn ?? ''),
  fc.constantFrom('AIDAALICE0000000', 'AROADEPLOY000000', 'AIDAOLD000000000'),
  { maxKeys: 2 },
);

/** The layers of a request as documents. */
export const layersArbitrary: fc.Arbitrary<ReferenceLayers> = fc
  .record({
    identity: documents(permission),
    boundary: maybe(documents(permission)),
    session: maybe(documents(permission)),
    serviceControl: maybe(levels(permission, EVERYTHING)),
    resourceControl: maybe(levels(grant, { ...EVERYTHING, Principal: '*' })),
    resource: maybe(
      fc.oneof(
        fc.record({ kind: fc.constant('resource' as const), documents: documents(grant), trustedIds }),
        fc.record({ kind: fc.constant('trust' as const), documents: documents(trust), trustedIds }),
      ),
    ),
  })
  .map(
    ({ identity, boundary, session, resource, serviceControl, resourceControl }) =>
      ({
        identity,
        ...(boundary && { boundary }),
        ...(session && { session }),
        ...(resource && { resource }),
        ...(serviceControl && { serviceControl }),
        ...(resourceControl && { resourceControl }),
      }) as ReferenceLayers,
  );

const texts = (values: readonly string[]): fc.Arbitrary<ContextValue | undefined> =>
  fc.oneof(fc.constant(undefined), fc.constantFrom(...values), fc.array(fc.constantFrom(...values), { maxLength: 2 }));
const context = fc
  .record({
    'aws:username': maybe(fc.constantFrom('alice', 'bob', '*', '')),
    'aws:principaltag/team': maybe(fc.constantFrom('team', 'alice', 'a*')),
    'aws:principalaccount': maybe(fc.constant(ACCOUNT)),
    'aws:tagkeys': texts(['alice', 'team', '']),
    'x:number': texts([...NUMBERS, 'none']),
    'x:date': texts([...DATES, 'never']),
    'x:ip': texts([...ADDRESSES, 'nowhere']),
    'x:arn': texts([...RESOURCES, 'no-arn']),
    'x:flag': texts(['true', 'false', 'maybe']),
  })
  .map(
    (values) =>
      new Map(Object.entries(values).filter((entry): entry is [string, ContextValue] => entry[1] !== undefined)),
  );

/** A request, with a context that the reference can read too. */
export const requestArbitrary = fc.record({
  principal: fc.constantFrom(...Object.values(CALLERS)),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  resourceAccountId: fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
  context,
}) satisfies fc.Arbitrary<AuthorizationRequest>;

/** Compiles documents to a set. */
export function setOf(made: readonly ReferenceDocument[], type: PolicySource['type']): PolicySet {
  return compilePolicySet(
    made.map((document, index) => compilePolicyText(JSON.stringify(document), { id: `${type}-${index}`, type })),
  );
}

/** Compiles all layers. */
export function compileLayers(layers: ReferenceLayers): PolicyLayers {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = layers;
  return {
    ...(serviceControl && { serviceControl: serviceControl.map((level) => setOf(level, 'scp')) }),
    ...(resourceControl && { resourceControl: resourceControl.map((level) => setOf(level, 'rcp')) }),
    identity: setOf(identity, 'inline'),
    ...(boundary && { boundary: setOf(boundary, 'boundary') }),
    ...(session && { session: setOf(session, 'session') }),
    ...(resource && {
      resource: {
        kind: resource.kind,
        policies: setOf(resource.documents, resource.kind),
        ...(resource.trustedIds && { trustedIds: resource.trustedIds }),
      },
    }),
  };
}
