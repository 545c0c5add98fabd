import { foldName } from '../documents/entity.ts';

/**
 * How the tag keys of a kind of resource compare [aws-behaviour 25]. Tags of users and roles can also be session tags, so their keys
 * compare regardless of case. Keys of policies, instance profiles, providers and MFA devices are case-sensitive.
 */
export interface TagKeys {
  /** Two keys are the same if this function returns the same text for both. */
  identity(key: string): string;
  /** AWS's message for a duplicate key. */
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
