import { foldName } from '../documents/entity.ts';

/**
 * How the tag keys of a kind of resource compare [aws-behaviour 25]. Those of users and roles may be session tags too, and compare
 * without regard to case; those of policies, instance profiles, providers and MFA devices compare as they are.
 */
export interface TagKeys {
  /** Two keys are the same if this is. */
  identity(key: string): string;
  /** What AWS says of a key that comes twice. */
  readonly duplicates: string;
}

export const FOLDED_KEYS: TagKeys = {
  identity: foldName,
  duplicates: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
};

export const EXACT_KEYS: TagKeys = {
  identity: (key) => key,
  duplicates: 'Duplicate tag keys found.',
};
