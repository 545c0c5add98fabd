import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { OfferedConnectors, SignInApp } from '../sign-in-step.ts';

/** Looks connectors up among all that take sign-ins. */
export function offeredConnectors(connectors: Connectors): OfferedConnectors {
  const openTo = async (app: SignInApp): Promise<readonly Connector[]> =>
    (await connectors.enabled()).filter(({ accountId }) => app.isOpenTo(accountId));
  return {
    async buttons(app) {
      const all = (await openTo(app)).filter(({ hasButton }) => hasButton);
      // An app for every account must not show all of them whom the others work with.
      return new Set(all.map(({ accountId }) => accountId)).size > 1 ? [] : all;
    },
    byName: async (app, name) => (await openTo(app)).find((connector) => connector.name === name),
    async ofAddress(app, address) {
      if (!address.includes('@')) return [];
      const domain = address
        .slice(address.lastIndexOf('@') + 1)
        .trim()
        .toLowerCase();
      return (await openTo(app)).filter(({ domains }) => domains.includes(domain));
    },
  };
}
