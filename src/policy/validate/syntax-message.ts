import type { PolicyProblem, PolicySyntaxError } from '../document/policy-problem.ts';
import type { Refuse } from './malformed-policy.ts';
import type { PolicyKind } from './policy-kind.ts';

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';

/** Refuses a text that could not be read. IAM reads permissions policies and trust policies with different words. */
export function refuseSyntax(error: PolicySyntaxError, kind: PolicyKind, refuse: Refuse): never {
  const { problem, at } = error;
  return kind === 'trust' || kind === 'resource'
    ? refusePrincipalPolicy(problem, at, refuse)
    : refusePlain(problem, at, refuse);
}

function refusePlain(problem: PolicyProblem, at: number, refuse: Refuse): never {
  switch (problem.kind) {
    case 'effect':
      return refuse(/^(allow|deny)$/i.test(problem.value) ? LEGACY : SYNTAX, at);
    case 'operand':
    case 'variable':
      return refuse(LEGACY, at);
    default:
      return refuse(SYNTAX, at);
  }
}

function refusePrincipalPolicy(problem: PolicyProblem, at: number, refuse: Refuse): never {
  switch (problem.kind) {
    case 'json':
      // AWS-FACTS 3: these words and no more
      return refuse('This policy contains invalid Json');
    case 'version':
      return refuse('The policy must contain a valid version string', at);
    case 'no-statement':
      return refuse('Could not parse the policy: Statement is empty!', at);
    case 'missing-effect':
      return refuse('Missing required field Effect', at);
    case 'effect':
      return refuse(`Invalid effect: ${problem.value}`);
    case 'empty-principal':
      return refuse('Missing required field Principal cannot be empty!', at);
    case 'principal-type':
      return refuse(`Invalid principal in policy: "${problem.name}"`);
    case 'operator':
      return refuse(`Invalid Condition type : ${problem.name}.`);
    case 'unknown-field':
      return refuse(`Unknown field ${problem.name}`, at);
    case 'operand':
    case 'variable':
      return refuse(LEGACY, at);
    default:
      return refuse(SYNTAX, at);
  }
}
