import { ServiceError } from '../../kernel/service-error.ts';
import type { Fail } from '../document/parse-statement.ts';
import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import { requireActions } from './check-actions.ts';
import { checkOperands } from './check-conditions.ts';
import { requireResources } from './check-resources.ts';
import { checkStatementIdsPlain, checkStatementIdsUnique } from './check-statement-ids.ts';
import { type Refuse, WRONG_FOR_TYPE } from './malformed-policy.ts';
import { POLICY_ERRORS } from './policy-errors.ts';

/** Organizations user guide, Quotas: the limit in characters, including white space. */
const MAX_SERVICE_CONTROL = 10_240;
const MAX_RESOURCE_CONTROL = 5120;

/** The rules of service control policies (Organizations user guide, SCP syntax). They have no `Principal`. */
export function checkServiceControl(document: PolicyDocument, refuse: Refuse, fail: Fail): void {
  requireSize(document, MAX_SERVICE_CONTROL);
  const reject: Refuse = inOneSentence(refuse);
  const actions = checkCommon(document, reject, fail);
  for (const { principal } of document.statements) if (principal) reject('Principal', principal.at);
  for (const action of actions) if (action.text !== '*') checkPrefix(action, reject);
}

/** The rules of resource control policies (Organizations user guide, RCP syntax). They only deny, and select callers by conditions. */
export function checkResourceControl(document: PolicyDocument, refuse: Refuse, fail: Fail): void {
  requireSize(document, MAX_RESOURCE_CONTROL);
  const reject: Refuse = inOneSentence(refuse);
  const actions = checkCommon(document, reject, fail);
  for (const { effect, at, principal, action } of document.statements) {
    if (effect !== 'Deny') reject('Effect', at);
    if (!principal) reject('Principal', at);
    if (principal.negated || principal.entries.some(({ type }) => type !== '*')) reject('Principal', principal.at);
    if (action?.negated) reject('NotAction', action.at);
  }
  for (const action of actions) checkPrefix(action, reject);
}

function inOneSentence(refuse: Refuse): Refuse {
  return (_message, at) => refuse(WRONG_FOR_TYPE, at);
}

function requireSize({ text }: PolicyDocument, limit: number): void {
  if (text.length <= limit) return;
  throw new ServiceError(
    POLICY_ERRORS.LimitExceeded,
    `You have exceeded the maximum policy size. (${limit} characters)`,
  );
}

/** Checks the rules common to both kinds and returns the actions. */
function checkCommon(document: PolicyDocument, reject: Refuse, fail: Fail): readonly PolicyText[] {
  const { statements, statesVersion, version, versionAt } = document;
  if (!statesVersion || version !== '2012-10-17') reject('Version', versionAt);
  for (const { miscasedEffect } of statements) if (miscasedEffect) reject('Effect', miscasedEffect.at);
  checkOperands(document, fail);
  checkStatementIdsUnique(document, 'Sid', reject);
  checkStatementIdsPlain(document, reject);
  for (const { text, at } of requireResources(document, reject)) {
    if (text !== '*' && !text.startsWith('arn:')) reject('Resource', at);
  }
  return requireActions(document, reject);
}

/** An action begins with its service in lower case. Only its name may contain wildcards. */
function checkPrefix({ text, at }: PolicyText, reject: Refuse): void {
  if (!/^[a-z\d-]+:[\w*?]+$/.test(text)) reject('Action', at);
}
