import type { JsonNode } from './json-node.ts';

export type PolicyVersion = '2008-10-17' | '2012-10-17';
export type Effect = 'Allow' | 'Deny';

/** A text of the document with the offset where it stands. */
export interface PolicyText {
  readonly text: string;
  readonly at: number;
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface PatternPart {
  readonly negated: boolean;
  readonly at: number;
  readonly values: readonly PolicyText[];
}

export const PRINCIPAL_TYPES = ['AWS', 'Federated', 'Service', 'CanonicalUser'] as const;
export type PrincipalEntryType = (typeof PRINCIPAL_TYPES)[number];

export interface PrincipalEntry extends PolicyText {
  /** `*` for the bare star: `"Principal": "*"`. */
  readonly type: PrincipalEntryType | '*';
}

/** `Principal` or `NotPrincipal`. */
export interface PrincipalPart {
  readonly negated: boolean;
  readonly at: number;
  readonly entries: readonly PrincipalEntry[];
}

/** One operator with one key: `"StringEquals": { "aws:username": […] }`. */
export interface PolicyCondition {
  readonly operator: string;
  readonly operatorAt: number;
  readonly key: string;
  readonly keyAt: number;
  /** Numbers and booleans as they were written. */
  readonly values: readonly PolicyText[];
}

export interface PolicyStatement {
  /** Counted from 0. */
  readonly index: number;
  readonly at: number;
  /** The offset of its last character. */
  readonly end: number;
  readonly sid: PolicyText | undefined;
  readonly effect: Effect;
  /** An effect that is not written as it must be (`allow`): IAM complains of that later than of one that is none. */
  readonly miscasedEffect: PolicyText | undefined;
  readonly action: PatternPart | undefined;
  readonly resource: PatternPart | undefined;
  readonly principal: PrincipalPart | undefined;
  readonly conditions: readonly PolicyCondition[];
}

/** A policy's text as the language's grammar reads it. Which parts its kind needs or forbids is for `validate/`. */
export interface PolicyDocument {
  readonly text: string;
  readonly root: JsonNode;
  /** What holds; where the document names none, the older one. */
  readonly version: PolicyVersion;
  readonly statesVersion: boolean;
  /** Where the version stands; where there is none, the document. */
  readonly versionAt: number;
  readonly id: string | undefined;
  readonly statements: readonly PolicyStatement[];
}
