import type { ConditionKey, ConditionKeyOrigin } from './condition-key.ts';
import { CROSS_SERVICE_KEYS } from './cross-service-keys.ts';
import { GLOBAL_KEYS } from './global-keys.ts';
import { IAM_KEYS } from './iam-keys.ts';
import { STS_KEYS } from './sts-keys.ts';
import { CLAIM_KEYS, SAML_KEYS } from './token-keys.ts';

/** Every condition key that there is, by where AWS documents it. */
export const CATALOGUE = {
  global: GLOBAL_KEYS,
  crossService: CROSS_SERVICE_KEYS,
  iam: IAM_KEYS,
  sts: STS_KEYS,
  webIdentity: CLAIM_KEYS,
  saml: SAML_KEYS,
} as const;

type Row = (typeof CATALOGUE)[keyof typeof CATALOGUE][number];

/** The names, in lower case, of the keys that come from there: a table by them that misses one does not compile. */
export type KeyNameFrom<Origin extends ConditionKeyOrigin> = Lowercase<Extract<Row, { origin: Origin }>['name']>;

const FAMILY = '/*';
const ISSUER = '<issuer>:';

const rows: readonly ConditionKey[] = Object.values(CATALOGUE).flat();
const byName = new Map(rows.map((key) => [key.name.toLowerCase(), key]));
const families = rows
  .filter(({ name }) => name.endsWith(FAMILY))
  .map((key) => ({ key, prefix: key.name.slice(0, -1).toLowerCase() }));

/**
 * The row of a key as a policy writes it (in any case): `aws:PrincipalTag/team` is one of `aws:PrincipalTag/*`, and
 * `id.example.com:email` of `<issuer>:*`. `undefined` for a key that the catalogue does not have.
 */
export function findConditionKey(name: string): ConditionKey | undefined {
  const wanted = name.toLowerCase();
  return byName.get(wanted) ?? findFamily(wanted) ?? findClaimKey(wanted);
}

/** A key as AWS writes it; of a family, with the end that it was given. A claim's key stays as it is. */
export function conditionKeyName(name: string): string {
  const key = findConditionKey(name);
  if (key === undefined || key.name.startsWith(ISSUER)) return name;
  return key.name.endsWith(FAMILY) ? `${key.name.slice(0, -1)}${name.slice(key.name.length - 1)}` : key.name;
}

function findFamily(lowerCaseName: string): ConditionKey | undefined {
  return families.find(({ prefix }) => lowerCaseName.length > prefix.length && lowerCaseName.startsWith(prefix))?.key;
}

/** An issuer is a host, with a port and a path where it has them: it has a dot, a colon or a slash, which no service's prefix has. */
function findClaimKey(lowerCaseName: string): ConditionKey | undefined {
  const end = lowerCaseName.lastIndexOf(':');
  if (end <= 0 || !/[.:/]/.test(lowerCaseName.slice(0, end))) return undefined;
  return byName.get(`${ISSUER}${lowerCaseName.slice(end + 1)}`) ?? byName.get(`${ISSUER}*`);
}
