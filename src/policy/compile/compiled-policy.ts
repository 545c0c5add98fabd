import type { Effect } from '../document/policy-document.ts';
import type { PolicySyntaxError } from '../document/policy-problem.ts';
import type { CompiledActions } from './compile-actions.ts';
import type { CompiledCondition } from './compile-condition.ts';
import type { CompiledPrincipals } from './compile-principals.ts';
import type { CompiledResources } from './compile-resources.ts';

export type PolicySourceType = 'inline' | 'managed' | 'trust' | 'session' | 'boundary' | 'resource' | 'scp' | 'rcp';

/** Which policy a statement comes from, as the decision and the audit name it. */
export interface PolicySource {
  /** The ARN of a managed policy, the name of an inline one, the ARN of the resource or role. */
  readonly id: string;
  readonly type: PolicySourceType;
}

/** A statement ready to be matched. */
export interface CompiledStatement {
  readonly source: PolicySource;
  /** Counted from 0. */
  readonly index: number;
  /** Where it stands in the policy's text: the offsets of its first and of its last character. */
  readonly at: number;
  readonly end: number;
  readonly sid: string | undefined;
  readonly effect: Effect;
  readonly actions: CompiledActions;
  /** Absent in trust policies, which are about the role that they belong to. */
  readonly resources: CompiledResources | undefined;
  /** Absent in policies that belong to a principal. */
  readonly principals: CompiledPrincipals | undefined;
  readonly conditions: readonly CompiledCondition[];
}

/** A policy ready to be put into a set. One that could not be read has no statements, and denies whatever it applies to. */
export interface CompiledPolicy {
  readonly source: PolicySource;
  readonly statements: readonly CompiledStatement[];
  readonly error: PolicySyntaxError | undefined;
}
