import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** The reason for a decision. */
export type DecisionCause =
  | 'allowed'
  /** A `Deny` statement matched. */
  | 'explicit-deny'
  /** The layer must allow, but none of its statements does. */
  | 'no-allow'
  /** The permissions boundary that is set cannot be found. */
  | 'missing-policy'
  /** A policy of the layer cannot be parsed. */
  | 'unreadable-policy';

/** The result for a request, with its reasons. */
export interface Decision {
  readonly allowed: boolean;
  /** The layer that denied, or that granted an allowed request. */
  readonly layer: PolicyLayer;
  /** The level in the organisation's tree (0 is the root) if a service or resource control policy denied. */
  readonly level: number | undefined;
  readonly cause: DecisionCause;
  /** Whether a `Deny` statement decided. */
  readonly explicit: boolean;
  /**
   * The statements that decided: the one that denies, or one `Allow` from each layer that had to allow. Excludes
   * service and resource control policies, which grant nothing. Empty for an implicit deny, and for a root user, who
   * needs no statement.
   */
  readonly statements: readonly CompiledStatement[];
  /** The request and policies, from which `explain` (in `explain/`) derives further details on demand. */
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}
