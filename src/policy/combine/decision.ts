import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

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
  /** The level of the organisation's tree (0 is its root) where a service or resource control policy denied. */
  readonly level: number | undefined;
  readonly cause: DecisionCause;
  /** Whether a `Deny` statement decided. */
  readonly explicit: boolean;
  /**
   * The statements that decided: the one that denies; or one that allows from each layer that had to, but for service and
   * resource control policies, which grant nothing. Empty for an implicit deny, and for a root user, who needs none.
   */
  readonly statements: readonly CompiledStatement[];
  /** What was asked, and of which policies: `explain` (in `explain/`) takes it from here when asked for the rest. */
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}
