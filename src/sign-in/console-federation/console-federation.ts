import type Router from '@koa/router';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import { consoleEvents } from './console-events.ts';
import { type ConsoleSessionsDependencies, consoleSessions } from './console-sessions.ts';
import { type FederationRoutesDependencies, federationRoutes } from './federation-routes.ts';
import { signInTokens } from './sign-in-tokens.ts';

type Dependencies = Omit<FederationRoutesDependencies, 'tokens' | 'sessions' | 'record'> &
  Omit<ConsoleSessionsDependencies, 'secure'> & { readonly record: RecordAuditEvent };

/** Console federation: the sign-in of roles and federated users in a browser, by a link that a broker makes. */
export function consoleFederation(deps: Dependencies): Router {
  return federationRoutes({
    ...deps,
    tokens: signInTokens(deps),
    sessions: consoleSessions({ ...deps, secure: deps.publicUrl.startsWith('https:') }),
    record: consoleEvents(deps),
  });
}
