import type { Tag } from '../identity/documents/entity.ts';
import type { ContextValue, RequestPrincipal } from '../policy/request.ts';
import type { RolePair } from './saml/aws-attributes.ts';
import type { SamlIdentity } from './saml/saml-identity.ts';
import type { WebIdentity } from './web-identity/web-identity.ts';

/** What a role's trust policy is asked about a login at an identity provider. */
export interface TrustQuestion {
  /** Every one must be allowed. */
  readonly actions: readonly string[];
  readonly principal: RequestPrincipal;
  readonly requestTags: readonly Tag[];
  readonly conditions: ReadonlyMap<string, ContextValue>;
}

/**
 * The question that `AssumeRoleWithWebIdentity` asks.
 * @param sessionName if the caller has named the session.
 */
export function webIdentityQuestion(
  accountId: string,
  identity: WebIdentity,
  sessionName: string | undefined,
): TrustQuestion {
  const { provider, audience, subject, tags } = identity;
  return {
    actions: actionsOf('sts:AssumeRoleWithWebIdentity', identity),
    principal: {
      type: 'WebIdentity',
      arn: '',
      accountId,
      uniqueId: `${provider.arn}:${audience}:${subject}`,
      federated: [provider.arn, provider.url],
    },
    requestTags: tags,
    conditions: conditionsOf(identity, sessionName),
  };
}

/** The question that `AssumeRoleWithSAML` asks. */
export function samlQuestion(accountId: string, identity: SamlIdentity): TrustQuestion {
  const { provider, nameQualifier, subject, tags, sessionName } = identity;
  return {
    actions: actionsOf('sts:AssumeRoleWithSAML', identity),
    principal: {
      type: 'SAML',
      arn: '',
      accountId,
      uniqueId: `${nameQualifier}:${subject}`,
      federated: [provider.arn],
    },
    requestTags: tags,
    conditions: conditionsOf(identity, sessionName),
  };
}

/** Whether the identity provider lists a role with itself. It decides which of the roles that trust it each person may assume. */
export function listsRole({ rolePairs }: SamlIdentity, wanted: RolePair): boolean {
  return rolePairs.some(({ roleArn, providerArn }) => roleArn === wanted.roleArn && providerArn === wanted.providerArn);
}

type Identity = WebIdentity | SamlIdentity;

function actionsOf(assume: string, { tags, sourceIdentity }: Identity): readonly string[] {
  const actions = [assume];
  if (tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return actions;
}

function conditionsOf(identity: Identity, sessionName: string | undefined): ReadonlyMap<string, ContextValue> {
  const conditions = new Map<string, ContextValue>(identity.conditions);
  if (sessionName !== undefined) conditions.set('sts:rolesessionname', sessionName);
  conditions.set('aws:federatedprovider', identity.provider.arn);
  if (identity.sourceIdentity !== undefined) conditions.set('sts:sourceidentity', identity.sourceIdentity);
  if (identity.transitiveTagKeys.length > 0) conditions.set('sts:transitivetagkeys', identity.transitiveTagKeys);
  return conditions;
}
