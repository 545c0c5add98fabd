import type { PolicyDocument, PolicyStatement } from '../document/policy-document.ts';
import { matchesGlob } from '../match/glob.ts';
import { checkPrincipal } from './check-principal.ts';
import type { Refuse } from './malformed-policy.ts';

/** The actions that a trust policy may specify, in lower case. */
export const TRUST_ACTIONS: readonly string[] = [
  'sts:assumerole',
  'sts:assumerolewithcertificate',
  'sts:assumerolewithclientgrants',
  'sts:assumerolewithcustomtoken',
  'sts:assumerolewithldapidentity',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setcontext',
  'sts:setsourceidentity',
  'sts:tagsession',
];

/** The rules of trust policies: they state who may assume the role with which STS actions, and have no resources. */
export function checkTrust({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const statement of statements) {
    checkTrustedPrincipals(statement, refuse);
    checkTrustActions(statement, refuse);
    const { resource } = statement;
    if (resource?.negated) refuse('AssumeRole policy must not contain resources.', resource.at);
    if (resource) refuse('Has prohibited field Resource', resource.at);
  }
}

function checkTrustedPrincipals({ principal, effect, at }: PolicyStatement, refuse: Refuse): void {
  if (!principal) refuse('Missing required field Principal', at);
  if (principal.negated) {
    const isAllow = effect === 'Allow';
    refuse(
      isAllow ? 'Allow with NotPrincipal is not allowed.' : 'AssumeRole policy must not contain NotPrincipal field.',
      principal.at,
    );
  }
  for (const { type, at: starAt } of principal.entries) {
    if (type === '*') refuse('AssumeRolepolicy contained an invalid principal: "STAR":"*".', starAt, 'verbatim');
  }
  for (const entry of principal.entries) checkPrincipal(entry, refuse);
}

function checkTrustActions({ action, at }: PolicyStatement, refuse: Refuse): void {
  if (!action || action.values.length === 0) refuse('Missing required field Action', action?.at ?? at);
  for (const value of action.values) {
    const pattern = value.text.toLowerCase();
    const isTrustAction = pattern.startsWith('sts:') && TRUST_ACTIONS.some((action) => matchesGlob(pattern, action));
    if (!isTrustAction) refuse('AssumeRole policy may only specify STS AssumeRole actions.', value.at);
  }
}
