import type { JsonNode } from './json-node.ts';

export type PolicyVersion = '2008-10-17' | '2012-10-17';
export type Effect = 'Allow' | 'Deny';

/** A string of the document and its offset. */
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

/** One operator and one key: `"StringEquals": { "aws:username": […] }`. */
export interface PolicyCondition {
  readonly operator: string;
  readonly operatorAt: number;
  readonly key: string;
  readonly keyAt: number;
  /** Numbers and booleans as written. */
  readonly values: readonly PolicyText[];
}

export interface PolicyStatement {
  /** Counts from 0. */
  readonly index: number;
  readonly at: number;
  /** The offset of its last character. */
  readonly end: number;
  readonly sid: PolicyText | undefined;
  readonly effect: Effect;
  /** An effect in the wrong case (`allow`). IAM reports it later than an unknown effect. */
  readonly miscasedEffect: PolicyText | undefined;
  readonly action: PatternPart | undefined;
  readonly resource: PatternPart | undefined;
  readonly principal: PrincipalPart | undefined;
  readonly conditions: readonly PolicyCondition[];
}

/** A policy's text, parsed by the grammar. `validate/` checks which parts each kind of policy requires or forbids. */
export interface PolicyDocument {
  readonly text: string;
  readonly root: JsonNode;
  /** The effective version: the older one if the document names none. */
  readonly version: PolicyVersion;
  readonly statesVersion: boolean;
  /** Offset of the version, or of the document if it has none. */
  readonly versionAt: number;
  readonly id: string | undefined;
  readonly statements: readonly PolicyStatement[];
}
