import type { IncomingMessage } from 'node:http';
import Router from '@koa/router';
import { backchannelPath } from '../../federation/connectors/callback-path.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { VerifiedLogout } from '../../federation/connectors/logout-connector.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import { parseForm, readFormText } from '../../http/read-form.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { RequestFacts } from '../events/sign-in-events.ts';
import { type EndUpstreamDependencies, endUpstream, refuseUpstream } from './end-upstream.ts';

export interface BackchannelDependencies extends EndUpstreamDependencies {
  readonly store: Pick<IdentityStore, 'connectors'>;
  readonly open: OpenConnector;
  readonly ephemeral: Ephemeral;
  readonly clock: Clock;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
}

/** In bytes. */
const TOKEN_LIMIT = 32 * 1024;

/** Where OpenID providers say that a person has signed out (OpenID Connect Back-Channel Logout 1.0 §2.5). */
export function backchannelRoutes(deps: BackchannelDependencies): Router {
  const router = new Router();
  router.post(backchannelPath(':connector'), async (ctx) => {
    const name = String(ctx['params']['connector']);
    const from = { connector: name, source: deps.factsOf(ctx.req) };
    const form = parseForm(await readFormText(ctx.req, TOKEN_LIMIT));
    try {
      const { connector, logout } = await verified(deps, name, form.get('logout_token') ?? '');
      await once(deps, connector, logout, () =>
        endUpstream(deps, from, {
          connectorId: connector.connectorId,
          subject: logout.subject,
          sessionIds: logout.sessionId === undefined ? [] : [logout.sessionId],
        }),
      );
      ctx.status = 200;
      ctx.body = '';
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await refuseUpstream(deps, from, error);
      ctx.status = error.check === 'unreachable' ? 503 : 400;
      ctx.body = { error: 'invalid_request', error_description: `the logout token was refused: ${error.check}` };
    }
  });
  return router;
}

/** Also for disabled connectors: their people are still signed in. */
async function verified(
  { store, open, clock }: BackchannelDependencies,
  name: string,
  token: string,
): Promise<{ readonly connector: Connector; readonly logout: VerifiedLogout }> {
  const [connector] = (await store.connectors.find('byName', [name], { limit: 1 })).items;
  const logout = connector && open(connector).logout;
  if (connector === undefined || logout === undefined) {
    throw new LoginRefused('connector', 'no connector of this name receives sign-outs here');
  }
  return { connector, logout: await logout.verifyLogout(token, clock.now()) };
}

/** Does something for a message that was not received before. If it fails, the provider may send the message again. */
async function once(
  { ephemeral }: Pick<BackchannelDependencies, 'ephemeral'>,
  { connectorId }: Connector,
  { messageId }: VerifiedLogout,
  act: () => Promise<void>,
): Promise<void> {
  const { logoutMessage } = EPHEMERAL_KEYS;
  const key = logoutMessage.of(hashedId(JSON.stringify([connectorId, messageId])));
  if (!(await ephemeral.setIfAbsent(key, '', logoutMessage.lifetime))) {
    throw new LoginRefused('replay', 'the token was received before');
  }
  try {
    await act();
  } catch (error) {
    await ephemeral.delete([key]);
    throw error;
  }
}
