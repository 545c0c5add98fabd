import { parseDocument } from '../document/parse-document.ts';
import type { Fail } from '../document/parse-statement.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { PolicySyntaxError } from '../document/policy-problem.ts';
import { principalsOf } from '../document/principals-of.ts';
import { checkAction, requireActions } from './check-actions.ts';
import { checkOperands, checkOperators } from './check-conditions.ts';
import { checkResourceControl, checkServiceControl } from './check-control.ts';
import { checkPrincipal } from './check-principal.ts';
import { findResourceProblem, requireResources } from './check-resources.ts';
import { checkStatementIdsPlain, checkStatementIdsUnique } from './check-statement-ids.ts';
import { checkTrust } from './check-trust.ts';
import { LEGACY, type Refuse, refuser } from './malformed-policy.ts';
import type { PolicyKind } from './policy-kind.ts';
import { checkSharedIssuers } from './shared-issuers.ts';
import { refuseSyntax } from './syntax-message.ts';

export { policySize } from '../document/policy-size.ts';
export type { PolicyKind } from './policy-kind.ts';

/**
 * Parses a policy that is to be saved and refuses it if it is not valid for its kind. The `MalformedPolicyDocument`
 * error uses AWS's words, and adds line, column and JSON path if the message itself does not identify the place.
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

/** The checks, in the order in which IAM reports errors. */
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
    checkEffects(document, fail);
    checkPrincipalExists(document, refuse);
    for (const principal of principalsOf(document)) checkPrincipal(principal, refuse);
    checkPermissions(document, refuse, fail);
  },
  trust(document, refuse, fail) {
    checkEffects(document, fail);
    checkTrust(document, refuse);
    checkOperators(document, fail);
    checkOperands(document, fail);
    checkStatementIdsUnique(document, 'The Statement Ids in the policy are not unique', refuse);
    checkStatementIdsPlain(document, refuse);
    checkSharedIssuers(document, refuse);
  },
  'service-control': checkServiceControl,
  'resource-control': checkResourceControl,
};

/** Refuses an effect in the wrong case, which the grammar accepts. */
function checkEffects({ statements }: PolicyDocument, fail: Fail): void {
  for (const { miscasedEffect } of statements) {
    if (miscasedEffect) fail({ kind: 'effect', value: miscasedEffect.text }, miscasedEffect.at);
  }
}

function checkPermissions(document: PolicyDocument, refuse: Refuse, fail: Fail): void {
  const { miscasedEffect } = document.statements.find((statement) => statement.miscasedEffect) ?? {};
  if (miscasedEffect) refuse(LEGACY, miscasedEffect.at);
  checkOperands(document, fail);
  const resourceProblem = findResourceProblem(document, refuse);
  checkStatementIdsUnique(document, 'Statement IDs (SID) in a single policy must be unique.', refuse);
  const actions = requireActions(document, refuse);
  if (resourceProblem) refuse(resourceProblem.message, resourceProblem.at, 'verbatim');
  requireResources(document, refuse);
  for (const action of actions) checkAction(action, refuse);
  checkStatementIdsPlain(document, refuse);
}

function checkVersion({ statesVersion, version, versionAt }: PolicyDocument, refuse: Refuse): void {
  if (!statesVersion || version !== '2012-10-17') {
    refuse('Policy document must be version 2012-10-17 or greater.', versionAt, 'verbatim');
  }
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
