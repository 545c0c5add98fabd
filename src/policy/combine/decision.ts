import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { StatementTrace } from '../explain/trace.ts';
import type { PolicyLayer } from './policy-layer.ts';

/** Why a decision is what it is. */
export type DecisionCause =
  | 'allowed'
  /** A statement with `Deny` matched. */
  | 'explicit-deny'
  /** The layer had to allow, and no statement of it does. */
  | 'no-allow'
  /** A boundary is set whose policy cannot be found. */
  | 'missing-policy'
  /** A policy of the layer cannot be read. */
  | 'unreadable-policy';

/** The answer to a request, with its reasons. */
export interface Decision {
  readonly allowed: boolean;
  /** The layer that denied; of what is allowed, the one that granted it. */
  readonly layer: PolicyLayer;
  readonly cause: DecisionCause;
  /** Whether a `Deny` statement decided. */
  readonly explicit: boolean;
  /**
   * The statements that decided: the one that denies; or one that allows from each layer that had to. Empty for an implicit
   * deny, and for a root user, who needs none.
   */
  readonly statements: readonly CompiledStatement[];
  /** What became of every statement of every layer, with the reason where it did not match. Worked out only when asked for. */
  explain(): readonly StatementTrace[];
}
