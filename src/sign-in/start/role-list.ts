import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { CREDENTIALS_PATH, START_PATH, STEP_UP } from './start-paths.ts';
import type { OfferedRole } from './start-sources.ts';

export interface RoleListContext {
  readonly csrf: string;
  /** The second factor of the person: shown in this session, not shown in it, or none that this server knows. */
  readonly factor: 'shown' | 'not-shown' | 'none';
}

/** The roles, under the accounts that they belong to. */
export function roleList(context: RoleListContext, roles: readonly OfferedRole[]): Html {
  const byAccount = new Map<string, OfferedRole[]>();
  for (const role of roles) byAccount.set(role.accountId, [...(byAccount.get(role.accountId) ?? []), role]);
  return html`${[...byAccount].map(([accountId, inAccount]) => {
    const alias = inAccount[0]?.accountAlias;
    return html`<section data-group><h3>${say('start.inAccount', { account: html`${alias !== undefined && html`${alias} `}<span class="soft">${accountId}</span>` })}</h3>
<ul class="plain">${inAccount.map((role) => entry(context, role))}</ul></section>`;
  })}`;
}

function entry({ csrf, factor }: RoleListContext, role: OfferedRole): Html {
  const { arn, name, accountAlias, description = '' } = role;
  const find = `${arn} ${accountAlias ?? ''} ${description}`.toLowerCase();
  return html`<li data-find="${find}" class="entry"><div><strong>${name}</strong>
${description !== '' && html`<div>${description}</div>`}
<div class="soft">${reasonOf(role, factor)}</div></div>
${role.needsFactor ? factor !== 'none' && stepUp(name) : getForm(csrf, arn, name)}</li>`;
}

function getForm(csrf: string, arn: string, name: string): Html {
  return html`<form method="post" action="${CREDENTIALS_PATH}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="role" value="${arn}">
<button type="submit" class="second small" aria-label="${say('start.getCredentialsOf', { role: name })}">${say('start.getCredentials')}</button></form>`;
}

function stepUp(name: string): Html {
  return html`<a class="button second small" href="${START_PATH}?${STEP_UP}=1" aria-label="${say('start.secondFactorFor', { role: name })}">${say('start.secondFactor')}</a>`;
}

const TRUSTS = {
  CALLER: [say('start.trustsCaller'), (policies: string) => say('start.trustsCallerAnd', { policies })],
  ACCOUNT: [say('start.trustsAccount'), (policies: string) => say('start.trustsAccountAnd', { policies })],
  ANYONE: [say('start.trustsAnyone'), (policies: string) => say('start.trustsAnyoneAnd', { policies })],
} as const;

const FACTORS = {
  shown: say('start.factorShown'),
  'not-shown': say('start.factorNotShown'),
  none: say('start.factorNone'),
} as const;

function reasonOf({ trustedAs, grantedBy, needsFactor }: OfferedRole, factor: RoleListContext['factor']): Html {
  const policies = [...new Set(grantedBy.map(shortName))].join(', ');
  const [trusts, trustsAnd] = TRUSTS[trustedAs];
  return html`${policies === '' ? trusts : trustsAnd(policies)}${needsFactor && html` ${FACTORS[factor]}`}`;
}

/** The name of a policy, without the rest of its ARN. */
function shortName(policy: string): string {
  return policy.slice(policy.lastIndexOf('/') + 1);
}
