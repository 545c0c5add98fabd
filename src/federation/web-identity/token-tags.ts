import type { JWTPayload } from 'jose';
import type { Tag } from '../../identity/documents/entity.ts';
import { type AssertedTags, assertedTagsFault, isSourceIdentity } from '../../identity/sessions/session-tags.ts';
import { TokenFault } from './token-fault.ts';

const TAGS = 'https://aws.amazon.com/tags';
const PRINCIPAL_TAGS = `${TAGS}/principal_tags/`;
const TRANSITIVE_KEYS = `${TAGS}/transitive_tag_keys`;
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

/** Prefixes of AWS's own claims. They set session tags and the source identity, and are no condition keys themselves. */
export const AWS_CLAIMS: readonly string[] = [TAGS, SOURCE_IDENTITY];

/**
 * The session tags that a token passes, in either of AWS's spellings: the claim `https://aws.amazon.com/tags` with
 * `principal_tags` and `transitive_tag_keys`, or flat claims (`https://aws.amazon.com/tags/principal_tags/<key>`) for
 * issuers that cannot nest (IAM user guide, passing session tags using AssumeRoleWithWebIdentity).
 * @throws {TokenFault} IDPRejectedClaim if they would not be accepted by AssumeRole either.
 */
export function readTokenTags(claims: JWTPayload): AssertedTags {
  const nested = readNested(claims[TAGS]);
  const tags = [...nested.tags];
  const transitiveTagKeys = [...nested.transitiveTagKeys];
  for (const [claim, value] of Object.entries(claims)) {
    if (claim.startsWith(PRINCIPAL_TAGS)) tags.push(readTag(claim.slice(PRINCIPAL_TAGS.length), value));
    else if (claim === TRANSITIVE_KEYS) transitiveTagKeys.push(...readKeys(value));
  }
  const fault = assertedTagsFault({ tags, transitiveTagKeys });
  if (fault !== undefined) throw rejected(fault);
  return { tags, transitiveTagKeys };
}

/**
 * The source identity that a token passes.
 * @throws {TokenFault} IDPRejectedClaim if it is not a valid one.
 */
export function readSourceIdentity(claims: JWTPayload): string | undefined {
  const value = claims[SOURCE_IDENTITY];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isSourceIdentity(value)) return value;
  throw new TokenFault(
    'source-identity',
    'The source identity in the token must have 2 to 64 letters, digits or characters of _+=,.@-',
    { code: 'IDPRejectedClaim' },
  );
}

function rejected(message: string): TokenFault {
  return new TokenFault('tags', message, { code: 'IDPRejectedClaim', detail: message });
}

function readNested(claim: unknown): AssertedTags {
  if (claim === undefined) return { tags: [], transitiveTagKeys: [] };
  if (!isObject(claim)) throw rejected(`The claim ${TAGS} is not an object`);
  const { principal_tags: principalTags = {}, transitive_tag_keys: transitive = [] } = claim;
  if (!isObject(principalTags)) throw rejected('The claim principal_tags is not an object');
  const tags = Object.entries(principalTags).map(([key, value]) => readTag(key, value));
  return { tags, transitiveTagKeys: readKeys(transitive) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A tag has one value: a string, or a list that contains one. */
function readTag(key: string, value: unknown): Tag {
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof text !== 'string')
    throw rejected('A session tag in the token does not have exactly one string as its value');
  return { key, value: text };
}

function readKeys(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((key) => typeof key === 'string')) return value;
  throw rejected('The transitive tag keys in the token are not a list of strings');
}
