import type { JsonNode } from './json-node.ts';

/** The syntax problems of a policy's text: a closed list, each with the data that its message needs. */
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

/** The only error that parsing a policy throws: the problem and its offset in the text. Never sent to a client as is. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
  readonly problem: PolicyProblem;
  readonly at: number;
  /** The text as far as it could be parsed as JSON, so that the place can be given as a path. */
  readonly root: JsonNode | undefined;

  constructor(problem: PolicyProblem, at: number, root?: JsonNode) {
    super(`policy syntax: ${problem.kind} at ${at}`);
    this.problem = problem;
    this.at = at;
    this.root = root;
  }
}
