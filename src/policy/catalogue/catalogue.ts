import type { ConditionKey, ConditionKeyOrigin } from './condition-key.ts';
import { CROSS_SERVICE_KEYS } from './cross-service-keys.ts';
import { GLOBAL_KEYS } from './global-keys.ts';
import { IAM_KEYS } from './iam-keys.ts';
import { ORGANIZATIONS_KEYS } from './organizations-keys.ts';
import { ROLECALL_KEYS } from './rolecall-keys.ts';
import { SESSION_SIGN_IN_KEYS } from './session-sign-in-keys.ts';
import { STS_KEYS } from './sts-keys.ts';
import { CLAIM_KEYS, SAML_KEYS } from './token-keys.ts';

/** Every known condition key, by the AWS documentation that lists it. */
export const CATALOGUE = {
  global: GLOBAL_KEYS,
  crossService: CROSS_SERVICE_KEYS,
  iam: IAM_KEYS,
  sts: STS_KEYS,
  organizations: ORGANIZATIONS_KEYS,
  webIdentity: CLAIM_KEYS,
  saml: SAML_KEYS,
  signIn: SESSION_SIGN_IN_KEYS,
  rolecall: ROLECALL_KEYS,
} as const;

type Row = (typeof CATALOGUE)[keyof typeof CATALOGUE][number];

/** The lower-case names of the keys with this origin. A table typed by them does not compile if a key is missing. */
export type KeyNameFrom<Origin extends ConditionKeyOrigin> = Lowercase<Extract<Row, { origin: Origin }>['name']>;

const FAMILY = '/*';
const ISSUER = '<issuer>:';

const rows: readonly ConditionKey[] = Object.values(CATALOGUE).flat();
const byName = new Map(rows.map((key) => [key.name.toLowerCase(), key]));
const families = rows
  .filter(({ name }) => name.endsWith(FAMILY))
  .map((key) => ({ key, prefix: key.name.slice(0, -1).toLowerCase() }));

/**
 * The row for a key as written in a policy, ignoring case: `aws:PrincipalTag/team` belongs to `aws:PrincipalTag/*`,
 * and `id.example.com:email` to `<issuer>:*`. `undefined` for an unknown key.
 */
export function findConditionKey(name: string): ConditionKey | undefined {
  const wanted = name.toLowerCase();
  return byName.get(wanted) ?? findFamily(wanted) ?? findClaimKey(wanted);
}

/** A key in AWS's spelling. Keys of a family keep their own suffix; claim keys are returned unchanged. */
export function conditionKeyName(name: string): string {
  const key = findConditionKey(name);
  if (key === undefined || key.name.startsWith(ISSUER)) return name;
  return key.name.endsWith(FAMILY) ? `${key.name.slice(0, -1)}${name.slice(key.name.length - 1)}` : key.name;
}

function findFamily(lowerCaseName: string): ConditionKey | undefined {
  return families.find(({ prefix }) => lowerCaseName.length > prefix.length && lowerCaseName.startsWith(prefix))?.key;
}

/** An issuer is a host, optionally with port and path. It contains a dot, colon or slash, which no service prefix does. */
function findClaimKey(lowerCaseName: string): ConditionKey | undefined {
  const end = lowerCaseName.lastIndexOf(':');
  if (end <= 0 || !/[.:/]/.test(lowerCaseName.slice(0, end))) return undefined;
  return byName.get(`${ISSUER}${lowerCaseName.slice(end + 1)}`) ?? byName.get(`${ISSUER}*`);
}
