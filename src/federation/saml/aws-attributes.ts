import { type AssertedTags, assertedTagsFault, isSourceIdentity } from '../../identity/sessions/session-tags.ts';
import { SamlFault } from './fault.ts';
import type { Assertion } from './read-assertion.ts';

/** AWS's attributes in an assertion (IAM user guide, "Configure SAML assertions for the authentication response"). */

const PREFIX = 'https://aws.amazon.com/SAML/Attributes/';
const PRINCIPAL_TAG = `${PREFIX}PrincipalTag:`;
const SESSION_NAME = /^[a-zA-Z_0-9+=,.@-]{2,64}$/;
/** The bounds of SessionDuration, in seconds. */
const SHORTEST_SESSION = 900;
const LONGEST_SESSION = 43_200;

type Attributes = Assertion['attributes'];

/** A role and the provider through which it may be assumed. */
export interface RolePair {
  readonly roleArn: string;
  readonly providerArn: string;
}

/** @throws {SamlFault} attributes, in AWS's words. */
export function readSessionName(attributes: Attributes): string {
  const name = onlyValue(attributes, 'RoleSessionName');
  if (name === undefined) throw new SamlFault('attributes', 'RoleSessionName is required in AuthnResponse');
  if (SESSION_NAME.test(name)) return name;
  throw new SamlFault('attributes', 'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
}

/** The pairs of ARNs in the Role attribute, in whichever order each is written. */
export function readRolePairs(attributes: Attributes): readonly RolePair[] {
  return (attributes.get(`${PREFIX}Role`) ?? []).flatMap((value) => {
    const [first = '', second = '', third] = value.split(',').map((arn) => arn.trim());
    if (third !== undefined) return [];
    const isProvider = (arn: string) => /^arn:[^:]*:iam::\d{12}:saml-provider\//.test(arn);
    if (isProvider(second)) return [{ roleArn: first, providerArn: second }];
    return isProvider(first) ? [{ roleArn: second, providerArn: first }] : [];
  });
}

/** SessionDuration in seconds; `undefined` if absent or out of range, since it only concerns the console at AWS. */
export function readSessionDuration(attributes: Attributes): number | undefined {
  const [text = ''] = attributes.get(`${PREFIX}SessionDuration`) ?? [];
  const seconds = /^ *\d{1,6} *$/.test(text) ? Number(text) : 0;
  return seconds >= SHORTEST_SESSION && seconds <= LONGEST_SESSION ? seconds : undefined;
}

/** @throws {SamlFault} attributes, in AWS's words. */
export function readSourceIdentity(attributes: Attributes): string | undefined {
  const value = onlyValue(attributes, 'SourceIdentity');
  if (value === undefined) return undefined;
  if (isSourceIdentity(value) && !value.toLowerCase().startsWith('aws:')) return value;
  throw new SamlFault('attributes', 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"');
}

/** The session tags. @throws {SamlFault} attributes */
export function readAssertedTags(attributes: Attributes): AssertedTags {
  const tags = [...attributes.keys()]
    .filter((name) => name.startsWith(PRINCIPAL_TAG))
    .map((name) => {
      const key = name.slice(PRINCIPAL_TAG.length);
      const [value, second] = attributes.get(name) ?? [];
      if (value === undefined || second !== undefined) {
        throw new SamlFault('attributes', 'A PrincipalTag attribute must have exactly one value');
      }
      return { key, value };
    });
  const transitiveTagKeys = attributes.get(`${PREFIX}TransitiveTagKeys`) ?? [];
  const fault = assertedTagsFault({ tags, transitiveTagKeys });
  if (fault !== undefined) throw new SamlFault('attributes', fault);
  return { tags, transitiveTagKeys };
}

function onlyValue(attributes: Attributes, name: string): string | undefined {
  const [value, second] = attributes.get(`${PREFIX}${name}`) ?? [];
  if (second !== undefined) throw new SamlFault('attributes', `${name} in AuthnResponse must have exactly one value`);
  return value === '' ? undefined : value;
}
