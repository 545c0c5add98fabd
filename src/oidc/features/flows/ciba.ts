import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { isOnFapiCiba } from '../../../identity/applications/oidc/fapi-ciba-profile.ts';
import type { FindPerson, FoundAccount } from '../../account-claims.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import { BACKCHANNEL_ROUTE } from '../../library/requests/backchannel-requests.ts';
import { useSignedRequest } from '../jose/single-use-requests.ts';

/** How long a person has to answer, in seconds; a request may ask for less by `requested_expiry`. */
export const REQUEST_LIFETIME = 600;
const LONGEST_HINT = 320;
/** One line of visible characters. Nothing that reorders or hides text, which would let a message say something else than it seems to. */
const BINDING_MESSAGE = /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,100}(?<! )$/u;
/** Letters and symbols that show nothing, and marks piled up so that they cover the lines around them. */
const DECEPTIVE = /[\u115f\u1160\u2800\u3164\uffa0]|^\p{M}|\p{M}{5}/u;

/** Whom the library takes a request to be for, as long as nobody has answered it. Never a person's id. */
const HINTED = 'hinted';

/**
 * OpenID Connect Client-Initiated Backchannel Authentication (CIBA) Core 1.0, in poll and ping mode.
 *
 * INVARIANT: the endpoint does not look up whom a hint means. A request for a name that nobody has is accepted like any other and is never
 * answered, so neither the answer nor its time tells who exists (S25). `unknown_user_id` (§13) is never sent.
 * @param begun called with each accepted request. Not awaited.
 */
export function ciba({ errors }: OidcProviderLibrary, begun: (ctx: KoaContextWithOIDC) => void): Configuration {
  const refuse = (why: string): never => {
    throw new errors.InvalidRequest(why);
  };
  return {
    ttl: {
      BackchannelAuthenticationRequest: (ctx) =>
        Math.min(REQUEST_LIFETIME, Number(ctx.oidc.params?.['requested_expiry'] ?? REQUEST_LIFETIME)),
    },
    features: {
      ciba: {
        enabled: true,
        deliveryModes: ['poll', 'ping'],
        async processLoginHint(_ctx, hint = '') {
          if (hint.length > LONGEST_HINT) refuse(`login_hint must have ${LONGEST_HINT} characters at most`);
          return HINTED;
        },
        processLoginHintToken: async () =>
          refuse('login_hint_token is not supported: send login_hint or id_token_hint'),
        // The last of the checks.
        async verifyUserCode(ctx, _account, userCode) {
          if (userCode !== undefined) refuse('user_code is not supported');
          if (!(await useSignedRequest(ctx)))
            refuse('the signed request was used already: sign another one, with a new jti');
        },
        async validateRequestContext({ oidc: { client, params } }) {
          if (params?.['id_token_hint'] !== undefined && client?.subjectType === 'pairwise') {
            refuse('id_token_hint is not supported for clients with pairwise subjects: send login_hint');
          }
        },
        async validateBindingMessage({ oidc: { client } }, message) {
          if (message === undefined) {
            if (isOnFapiCiba(client)) refuse('binding_message is needed: the client is on the FAPI-CIBA profile');
            return;
          }
          if (!BINDING_MESSAGE.test(message) || DECEPTIVE.test(message)) {
            throw new errors.InvalidBindingMessage(
              'binding_message must be one line of 1 to 100 visible characters, without a space at either end',
            );
          }
        },
        triggerAuthenticationDevice: async (ctx) => begun(ctx),
      },
    },
  };
}

/** Finds nobody at the endpoint that begins requests. */
export function withoutLookUp(find: FindPerson): FindPerson {
  return async (ctx, subject, token) => {
    if (ctx.oidc.route !== BACKCHANNEL_ROUTE) return await find(ctx, subject, token);
    return { accountId: subject, claims: async () => ({ sub: subject }) } as unknown as FoundAccount;
  };
}
