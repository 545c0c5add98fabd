import type { Target } from '../../authorize/target.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { rolecallArn } from '../rolecall-service.ts';

/**
 * The permissions needed to send the people of these e-mail domains to a connector: `rolecall:ClaimDomain` for each domain that it does not
 * have yet. Without this, whoever may change one connector could have the people of any organisation type their passwords elsewhere.
 */
export function domainTargets(
  accountId: string,
  domains: readonly string[] = [],
  found?: Pick<Connector, 'domains'>,
): readonly Target[] {
  const claimed = new Set(domains.map((domain) => domain.toLowerCase()));
  return [...claimed]
    .filter((domain) => found?.domains.includes(domain) !== true)
    .map((domain) => ({
      action: 'rolecall:ClaimDomain',
      resource: rolecallArn(accountId, `domain/${domain}`),
      resourceAccountId: accountId,
    }));
}
