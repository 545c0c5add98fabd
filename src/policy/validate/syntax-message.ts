import type { PolicyProblem, PolicySyntaxError } from '../document/policy-problem.ts';
import { LEGACY, type Refuse, WRONG_FOR_TYPE } from './malformed-policy.ts';
import type { PolicyKind } from './policy-kind.ts';

const SYNTAX = 'Syntax errors in policy.';

/** Refuses a text that could not be parsed. IAM's messages differ between permissions policies and trust policies. */
export function refuseSyntax(error: PolicySyntaxError, kind: PolicyKind, refuse: Refuse): never {
  const { problem, at } = error;
  switch (kind) {
    case 'trust':
    case 'resource':
      return refusePrincipalPolicy(problem, at, refuse);
    case 'service-control':
    case 'resource-control':
      return refuse(WRONG_FOR_TYPE, at);
    default:
      return refusePlain(problem, at, refuse);
  }
}

function refusePlain(problem: PolicyProblem, at: number, refuse: Refuse): never {
  switch (problem.kind) {
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
      // [aws-behaviour 3] exactly this message, without a place
      return refuse('This policy contains invalid Json', at, 'verbatim');
    case 'version':
      return refuse('The policy must contain a valid version string', at);
    case 'no-statement':
      return refuse('Could not parse the policy: Statement is empty!', at);
    case 'missing-effect':
      return refuse('Missing required field Effect', at);
    case 'effect':
      return refuse(`Invalid effect: ${problem.value}`, at, 'verbatim');
    case 'empty-principal':
      return refuse('Missing required field Principal cannot be empty!', at);
    case 'principal-type':
      return refuse(`Invalid principal in policy: "${problem.name}"`, at, 'verbatim');
    case 'operator':
      return refuse(`Invalid Condition type : ${problem.name}.`, at, 'verbatim');
    case 'unknown-field':
      return refuse(`Unknown field ${problem.name}`, at);
    case 'operand':
    case 'variable':
      return refuse(LEGACY, at);
    default:
      return refuse(SYNTAX, at);
  }
}
