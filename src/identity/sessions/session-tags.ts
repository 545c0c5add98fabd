import type { Tag } from '../documents/entity.ts';

/**
 * The rules for session tags and source identities, whoever passes them: the caller (AssumeRole), a web identity token
 * or a SAML assertion. The wire shapes check sizes and characters of parameters, so AssumeRole only needs
 * {@link tagKeysFault}; the claims of a token need {@link assertedTagsFault}.
 */

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;

/** The session tags that a token or an assertion passes. */
export interface AssertedTags {
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
}

/** What is wrong with the keys of session tags, in AWS's words [aws-behaviour 8]: a reserved or a duplicate key. */
export function tagKeysFault(tags: readonly Tag[]): string | undefined {
  const seen = new Set<string>();
  for (const { key } of tags) {
    const folded = key.toLowerCase();
    if (folded.startsWith('aws:')) return 'Tag keys beginning with aws: are reserved for system use.';
    if (seen.has(folded)) return 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
    seen.add(folded);
  }
  return undefined;
}

/** What is wrong with the transitive keys: each must belong to a tag, whatever its case [aws-behaviour 8]. */
export function transitiveKeysFault({ tags, transitiveTagKeys }: AssertedTags): string | undefined {
  if (transitiveTagKeys.length === 0) return undefined;
  const keys = new Set(tags.map(({ key }) => key.toLowerCase()));
  const isPassed = transitiveTagKeys.every((key) => keys.has(key.toLowerCase()));
  return isPassed ? undefined : 'The specified transitive tag key must be included in the requested tags.';
}

/**
 * What is wrong with the session tags of a token or an assertion: number, length and characters (STS API reference, Tag),
 * keys and transitive keys. The text names keys and limits only, never a value.
 */
export function assertedTagsFault(asserted: AssertedTags): string | undefined {
  const { tags } = asserted;
  if (tags.length > MAX_TAGS) return `At most ${MAX_TAGS} session tags can be passed.`;
  for (const { key, value } of tags) {
    if (key === '' || key.length > MAX_KEY_LENGTH || !TAG_CHARACTERS.test(key)) {
      return `A session tag key must have 1 to ${MAX_KEY_LENGTH} letters, digits, spaces or characters of _.:/=+-@`;
    }
    if (value.length > MAX_VALUE_LENGTH || !TAG_CHARACTERS.test(value)) {
      return `The value of session tag ${key} must have at most ${MAX_VALUE_LENGTH} letters, digits, spaces or characters of _.:/=+-@`;
    }
  }
  return tagKeysFault(tags) ?? transitiveKeysFault(asserted);
}

/** Whether a text can be a source identity (STS API reference, SourceIdentity). */
export function isSourceIdentity(text: string): boolean {
  return SOURCE_IDENTITY.test(text);
}
