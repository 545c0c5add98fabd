// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from 'fast-check';
import type { ContextValue } from '../../src/policy/request.ts';
import type { ReferenceStatement } from '../reference/evaluate.ts';
import { ACCOUNT } from './callers.ts';

/** Conditions and contexts made up so that they often nearly match: all values of a type come from the same few. */

export type ReferenceConditions = NonNullable<ReferenceStatement['Condition']>;

const SNS = 'arn:aws:sns:eu-west-1:111122223333:topic';

/** What goes with each family of operators. */
interface Family {
  readonly operators: readonly string[];
  /** The keys that have values of the family. */
  readonly keys: readonly string[];
  /** For the policy. */
  readonly wanted: readonly string[];
  /** For the policy, where the version has variables. */
  readonly variables: readonly string[];
  /** For the request. */
  readonly given: readonly string[];
}

const STRINGS: Family = {
  operators: [
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'StringNotLike',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
  ],
  keys: ['x:Text', 'aws:TagKeys', 'aws:username', 'aws:PrincipalTag/team'],
  wanted: [
    'alice',
    'Alice',
    'bob',
    'a*',
    '*',
    'al?ce',
    '?',
    '',
    '*b*',
    'a*c*e',
    '**',
    '*?',
    '?*?',
    'A*',
    '${aws:username}',
  ],
  variables: [
    '${aws:username}',
    '${AWS:UserName}',
    '${aws:PrincipalTag/team}',
    "${aws:PrincipalTag/team, 'bob'}",
    "${x:none,'a*'}",
    '${x:none}',
    '${aws:TagKeys}',
    '${*}',
    'a${*}',
    'al${?}ce',
    '${$}{aws:username}',
    '${aws:username}*',
    '*${aws:username}',
    "${aws:username}-${aws:PrincipalTag/team, ''}",
  ],
  given: ['alice', 'Alice', 'bob', 'a*', '*', 'al?ce', 'a', '', 'ALICE', 'bob-alice', '${aws:username}', 'alice-'],
};
const ARNS: Family = {
  operators: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'],
  keys: ['x:Arn', 'aws:SourceArn'],
  wanted: [
    '*',
    SNS,
    'arn:aws:sns:*:*:*',
    'arn:aws:sns:eu-*-1:1111?2223333:t*c',
    'arn:aws:s3:::b*',
    'arn:aws:s3*',
    'arn:*:*:*:*:*:sub',
    `arn:aws:iam::${ACCOUNT}:user/alice`,
    'arn:aws:iam::*:user/*',
    'no-arn',
  ],
  variables: [
    `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
    'arn:aws:iam::${aws:PrincipalAccount}:user/*',
    "arn:aws:${x:none, 'sns'}:*:*:*",
    'arn:aws:iam::*:user/${x:none}',
    'arn:aws:s3:::b${*}',
    '${aws:SourceArn}',
    '${*}',
  ],
  given: [
    SNS,
    `${SNS}:sub`,
    'arn:aws:s3:::bucket',
    'arn:aws:s3:::b*',
    `arn:aws:iam::${ACCOUNT}:user/alice`,
    `arn:aws:iam::${ACCOUNT}:user/team/bob`,
    'no-arn',
    'arn:aws:s3',
  ],
};
const NUMBERS: Family = {
  operators: [
    'NumericEquals',
    'NumericNotEquals',
    'NumericLessThan',
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
  ],
  keys: ['x:Number', 'aws:MultiFactorAuthAge'],
  wanted: ['0', '1', '1.5', '-2', '10', '007', '1.50', '-1.25', '99999999999999999999', '.5', '+7', '5.'],
  variables: [],
  given: ['0', '-0', '1', '1.5', '-2', '9', '10', '7', '99999999999999999998', '0.5', '5', 'none', '1e1', ''],
};
const DATES: Family = {
  operators: [
    'DateEquals',
    'DateNotEquals',
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
  ],
  keys: ['x:Date', 'aws:CurrentTime', 'aws:EpochTime'],
  wanted: [
    '2020-01-01T00:00:00Z',
    '2020-01-01T00:00:01Z',
    '1577836800',
    '2020-01',
    '2020-01-01',
    '2020-01-01T02:00+02:00',
    '2019-12-31T23:59:59.5Z',
    '2021-06-01T12:00:00-01:30',
    '2020-01-01T00:00',
    '2020',
  ],
  variables: [],
  given: [
    '2020-01-01T00:00:00Z',
    '2020-01-01T00:00:01Z',
    '1577836801',
    '1577836800',
    '2019-12-31T23:59:59.500Z',
    '2019-12-31',
    '2021-06-01T13:30:00Z',
    '2020-01-01t00:00z',
    'never',
    '2020-13-01',
  ],
};
const ADDRESSES: Family = {
  operators: ['IpAddress', 'NotIpAddress'],
  keys: ['x:Ip', 'aws:SourceIp'],
  wanted: [
    '10.0.0.0/8',
    '10.1.0.0/16',
    '192.0.2.1',
    '0.0.0.0/0',
    '192.0.2.0/31',
    '192.0.2.77/25',
    '2001:db8::/32',
    '2001:DB8:0:1::/64',
    '::/0',
    '2001:db8::1',
    '::ffff:10.0.0.0/104',
    '64:ff9b::192.0.2.1/128',
  ],
  variables: [],
  given: [
    '10.1.2.3',
    '10.2.0.1',
    '192.0.2.1',
    '192.0.2.0',
    '192.0.2.200',
    '2001:db8::1',
    '2001:db8:0:1:2:3:4:5',
    '::1',
    '::ffff:10.1.2.3',
    '64:ff9b::c000:201',
    'nowhere',
  ],
};
const FLAGS: Family = {
  operators: ['Bool'],
  keys: ['x:Flag', 'aws:SecureTransport', 'aws:MultiFactorAuthPresent'],
  wanted: ['true', 'false', 'True'],
  variables: ['${x:Flag}', "${x:none, 'true'}", '${aws:username}'],
  given: ['true', 'false', 'TRUE', 'maybe', ''],
};
const BINARIES: Family = {
  operators: ['BinaryEquals'],
  keys: ['x:Binary'],
  wanted: ['QQ==', 'Qg==', 'QUI=', ''],
  variables: [],
  given: ['QQ==', 'QR==', 'Qg==', 'QUI=', '', 'Q', '%%%%'],
};
const FAMILIES: readonly Family[] = [STRINGS, ARNS, NUMBERS, DATES, ADDRESSES, FLAGS, BINARIES];

export const SETS = ['', 'ForAllValues:', 'ForAnyValue:'] as const;

/** All forms of all operators. */
export const OPERATOR_FORMS: readonly string[] = SETS.flatMap((set) => [
  ...FAMILIES.flatMap(({ operators }) => operators.flatMap((name) => [`${set}${name}`, `${set}${name}IfExists`])),
  `${set}Null`,
]);

const withFamily = FAMILIES.flatMap((family) => family.operators.map((name) => ({ family, name })));

function valueCondition(hasVariables: boolean): fc.Arbitrary<ReferenceConditions> {
  return fc
    .record({
      operator: fc.constantFrom(...withFamily),
      set: fc.constantFrom(...SETS),
      ifExists: fc.constantFrom('', 'IfExists'),
    })
    .chain(({ operator: { family, name }, set, ifExists }) => {
      const plain = fc.constantFrom(...family.wanted);
      const values =
        family.variables.length > 0 && hasVariables ? fc.oneof(plain, fc.constantFrom(...family.variables)) : plain;
      return fc.record({
        operator: fc.constant(`${set}${name}${ifExists}`),
        key: fc.oneof(
          { arbitrary: fc.constantFrom(...family.keys), weight: 12 },
          { arbitrary: fc.constantFrom('X:NONE', ...FAMILIES.flatMap(({ keys }) => keys)), weight: 1 },
        ),
        wanted: fc.oneof(
          { arbitrary: values, weight: 4 },
          { arbitrary: fc.uniqueArray(values, { maxLength: 3 }), weight: 3 },
        ),
      });
    })
    .map(({ operator, key, wanted }) => ({ [operator]: { [key]: wanted } }));
}

const presenceCondition: fc.Arbitrary<ReferenceConditions> = fc
  .record({
    set: fc.constantFrom(...SETS),
    key: fc.constantFrom('x:none', ...FAMILIES.flatMap(({ keys }) => keys)),
    wanted: fc.constantFrom('true', 'false', ['true', 'false'], ['false'], []),
  })
  .map(({ set, key, wanted }) => ({ [`${set}Null`]: { [key]: wanted } }));

const unknownCondition: fc.Arbitrary<ReferenceConditions> = fc
  .constantFrom('StringMatches', 'stringEquals', 'NullIfExists', 'ForSomeValues:StringEquals')
  .map((operator) => ({ [operator]: { 'x:Text': 'true' } }));

export interface ConditionsShape {
  readonly minLength: number;
  readonly maxLength: number;
  /** Whether, rarely, an operator does not exist. */
  readonly hasUnknown: boolean;
}

/** So many conditions; two of one operator are put together. */
export function conditionsArbitrary(hasVariables: boolean, shape: ConditionsShape): fc.Arbitrary<ReferenceConditions> {
  const one = fc.oneof(
    { arbitrary: valueCondition(hasVariables), weight: 100 },
    { arbitrary: presenceCondition, weight: 8 },
    { arbitrary: unknownCondition, weight: shape.hasUnknown ? 1 : 0 },
  );
  return fc.array(one, shape).map((parts) => {
    const merged: Record<string, ReferenceConditions[string]> = {};
    for (const [operator, keys] of parts.flatMap((part) => Object.entries(part))) {
      merged[operator] = { ...merged[operator], ...keys };
    }
    return merged;
  });
}

/** One value, several, none, or the key absent. */
function given(values: readonly string[]): fc.Arbitrary<ContextValue | undefined> {
  const value = fc.constantFrom(...values);
  return fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 2 },
    { arbitrary: value, weight: 4 },
    { arbitrary: fc.array(value, { maxLength: 3 }), weight: 4 },
  );
}

/** Contexts with values for all the keys above. */
export const contextArbitrary: fc.Arbitrary<ReadonlyMap<string, ContextValue>> = fc
  .record({
    ...Object.fromEntries(
      FAMILIES.flatMap((family) => family.keys.map((key) => [key.toLowerCase(), given(family.given)] as const)),
    ),
    'aws:username': fc.option(fc.constantFrom('alice', 'bob', '*', '', 'true'), { nil: undefined }),
    'aws:principaltag/team': fc.option(fc.constantFrom('team', 'alice', 'a*'), { nil: undefined }),
    'aws:principalaccount': fc.option(fc.constant(ACCOUNT), { nil: undefined }),
  })
  .map(
    (values) =>
      new Map(
        Object.entries<ContextValue | undefined>(values).filter(
          (entry): entry is [string, ContextValue] => entry[1] !== undefined,
        ),
      ),
  );
