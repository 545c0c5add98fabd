import { parseDocument } from '../document/parse-document.ts';
import type { Fail } from '../document/parse-statement.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { PolicySyntaxError } from '../document/policy-problem.ts';
import { checkAction, requireActions } from './check-actions.ts';
import { checkOperands, checkOperators } from './check-conditions.ts';
import { checkResourcesExist, findResourceProblem } from './check-resources.ts';
import { checkStatementIdsPlain, checkStatementIdsUnique } from './check-statement-ids.ts';
import { checkTrust } from './check-trust.ts';
import { type Refuse, refuser } from './malformed-policy.ts';
import type { PolicyKind } from './policy-kind.ts';
import { refuseSyntax } from './syntax-message.ts';

export { policySize } from '../document/policy-size.ts';
export type { PolicyKind } from './policy-kind.ts';

/**
 * Reads a policy that is to be saved, and refuses one that is not valid for its kind: `MalformedPolicyDocument` in AWS's words,
 * with line, column and JSON path where the sentence itself does not tell the place.
 */
export function requireValidPolicy(text: string, kind: PolicyKind): PolicyDocument {
  try {
    const document = parseDocument(text);
    const fail: Fail = (problem, at) => {
      throw new PolicySyntaxError(problem, at, document.root);
    };
    CHECKS[kind](document, refuser(text, document.root), fail);
    return document;
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    return refuseSyntax(error, kind, refuser(text, error.root));
  }
}

type Check = (document: PolicyDocument, refuse: Refuse, fail: Fail) => void;

/** In the order in which IAM tells what is wrong. */
const CHECKS: Readonly<Record<PolicyKind, Check>> = {
  identity(document, refuse, fail) {
    checkOperators(document, fail);
    checkVersion(document, refuse);
    checkNoPrincipal(document, refuse);
    checkPermissions(document, refuse, fail);
  },
  session(document, refuse, fail) {
    checkOperators(document, fail);
    checkNoPrincipal(document, refuse);
    checkPermissions(document, refuse, fail);
  },
  resource(document, refuse, fail) {
    checkOperators(document, fail);
    checkPrincipalExists(document, refuse);
    checkPermissions(document, refuse, fail);
  },
  trust(document, refuse, fail) {
    checkTrust(document, refuse);
    checkOperators(document, fail);
    checkOperands(document, fail);
    checkStatementIdsUnique(document, 'The Statement Ids in the policy are not unique', refuse);
    checkStatementIdsPlain(document, refuse);
  },
};

function checkPermissions(document: PolicyDocument, refuse: Refuse, fail: Fail): void {
  checkOperands(document, fail);
  const resourceProblem = findResourceProblem(document, refuse);
  checkStatementIdsUnique(document, 'Statement IDs (SID) in a single policy must be unique.', refuse);
  const actions = requireActions(document, refuse);
  checkResourcesExist(document, refuse);
  if (resourceProblem !== undefined) refuse(resourceProblem);
  for (const action of actions) checkAction(action, refuse);
  checkStatementIdsPlain(document, refuse);
}

function checkVersion({ statesVersion, version }: PolicyDocument, refuse: Refuse): void {
  if (!statesVersion || version !== '2012-10-17') refuse('Policy document must be version 2012-10-17 or greater.');
}

function checkNoPrincipal({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const { principal } of statements) {
    if (principal) refuse('Policy document should not specify a principal.', principal.at);
  }
}

function checkPrincipalExists({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const { principal, at } of statements) {
    if (!principal) refuse('Missing required field Principal', at);
  }
}
