import type { JsonNode } from './json-node.ts';

/** What can be wrong with a policy's text before its meaning is looked at: a closed list, each with what its sentence needs. */
export type PolicyProblem =
  | { readonly kind: 'json' }
  | { readonly kind: 'duplicate-name' }
  | { readonly kind: 'too-deep' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'shape' }
  | { readonly kind: 'unknown-field'; readonly name: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'no-statement' }
  | { readonly kind: 'missing-effect' }
  | { readonly kind: 'effect'; readonly value: string }
  | { readonly kind: 'empty-principal' }
  | { readonly kind: 'principal-type'; readonly name: string }
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'operand'; readonly value: string }
  | { readonly kind: 'variable'; readonly value: string }
  | { readonly kind: 'missing-part'; readonly part: 'Action' | 'Resource' | 'Principal' }
  | { readonly kind: 'prohibited-part'; readonly part: 'Resource' | 'Principal' };

/** The one error that reading a policy throws: what is wrong, and at which offset of the text. It never reaches a client as it is. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
  readonly problem: PolicyProblem;
  readonly at: number;
  /** The text as far as it could be read as JSON, so that the place can be told as a path. */
  readonly root: JsonNode | undefined;

  constructor(problem: PolicyProblem, at: number, root?: JsonNode) {
    super(`policy syntax: ${problem.kind} at ${at}`);
    this.problem = problem;
    this.at = at;
    this.root = root;
  }
}
