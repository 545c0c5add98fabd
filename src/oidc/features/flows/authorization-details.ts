import type { AccessToken, Client, ClientCredentials, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { CIBA_GRANT, DEVICE_GRANT } from '../../../identity/applications/oidc/client-flows.ts';
import { registeredSpelling } from '../../../identity/applications/oidc/same-resource.ts';
import { type Detail, detailFault, LONGEST_DETAILS, MOST_DETAILS } from '../../authorization-details/check-detail.ts';
import { areWithin } from '../../authorization-details/narrow-details.ts';
import { type ShownDetail, shownDetail } from '../../authorization-details/shown-detail.ts';
import type { DetailType } from '../../authorization-details/type-settings.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';

type Token = (AccessToken | ClientCredentials) & { readonly resourceServer?: { identifier(): string } };
type Source = { readonly rar?: readonly Detail[] } | undefined;

/** Grants whose consent is given on another page, which shows no details. Token exchange reads no `authorization_details` at all. */
const WITHOUT_DETAILS: ReadonlySet<unknown> = new Set([DEVICE_GRANT, CIBA_GRANT]);
const ROUTES_WITHOUT: ReadonlySet<unknown> = new Set(['device_authorization', 'backchannel_authentication']);

/**
 * Rich authorization requests (RFC 9396): details of the registered types, for the clients that are registered for them. Every request with
 * details is shown to the person, whatever was granted before; they belong to its code and the tokens that come of it, and to no grant.
 */
export function authorizationDetails(types: readonly DetailType[], library: OidcProviderLibrary): Configuration {
  if (types.length === 0) return {};
  const { InvalidAuthorizationDetails } = library.errors;
  const byName = new Map(types.map((type) => [type.type, type]));
  const refuse = (why: string): Error => new InvalidAuthorizationDetails(why);

  const validate = async (type: DetailType, ctx: KoaContextWithOIDC, detail: Detail, client: Client): Promise<void> => {
    const { params = {}, route } = ctx.oidc;
    const grant = params['grant_type'];
    if (WITHOUT_DETAILS.has(grant) || ROUTES_WITHOUT.has(route)) {
      throw refuse('device sign-ins and backchannel requests take no authorization_details');
    }
    if (!mayAsk(client, type)) throw refuse(`the client is not registered for the type ${type.type}`);
    const fault = detailFault(type, detail);
    if (fault !== undefined) throw refuse(`authorization_details of type ${type.type}: ${fault}`);
    // Codes and refresh tokens know the resource already.
    const isFirst = grant === undefined || grant === 'client_credentials';
    const asked = [params['resource']].flat().filter((each) => typeof each === 'string');
    if (isFirst && !asked.some((each) => registeredSpelling(each, [type.resource]) === type.resource)) {
      throw refuse(`the type ${type.type} needs resource=${type.resource}`);
    }
  };

  const configuration: Configuration = {
    features: {
      richAuthorizationRequests: {
        enabled: true,
        types: Object.fromEntries(
          types.map((type) => [
            type.type,
            {
              async validate(ctx: KoaContextWithOIDC, detail: Detail, client: Client) {
                requireSmall(ctx, refuse);
                await validate(type, ctx, detail, client);
              },
            },
          ]),
        ),
        // Nobody gets here without the consent of this very request (`rar_prompt`).
        authorizationDetailsForGrantSource: async (ctx: KoaContextWithOIDC) =>
          ctx.oidc.result?.consent === undefined ? undefined : detailsIn(ctx),
        async authorizationDetailsForAccessToken(ctx: KoaContextWithOIDC, token: Token, source: Source) {
          const isHeld = ({ type: name }: Detail): boolean => {
            const type = byName.get(name);
            return type !== undefined && mayAsk(ctx.oidc.client, type);
          };
          const isForService = ({ type: name }: Detail): boolean =>
            byName.get(name)?.resource === token.resourceServer?.identifier();
          const asked = detailsIn(ctx);
          const isMachine = ctx.oidc.params?.['grant_type'] === 'client_credentials';
          const granted = isMachine ? (asked ?? []) : (source?.rar ?? []).filter(isHeld);
          const usable = granted.filter(isForService);
          if (asked !== undefined && !areWithin(asked, usable))
            throw refuse('the grant does not include all of these authorization_details, for this resource');
          const given = asked ?? usable;
          return given.length === 0 ? undefined : given;
        },
        authorizationDetailsForIntrospection: async (_ctx: KoaContextWithOIDC, token: { readonly rar?: unknown }) =>
          token.rar,
      },
    } as NonNullable<Configuration['features']>,
  };
  return configuration;
}

/** What the consent page shows of a request. */
export function shownDetails(types: readonly DetailType[], text: unknown): readonly ShownDetail[] {
  const byName = new Map(types.map((type) => [type.type, type]));
  return parsed(text).map((detail) => {
    const type = byName.get(detail.type);
    // The type was there when the request was checked: nothing may be granted that is not shown.
    if (type === undefined) throw new TypeError('authorization_details of an unknown type');
    return shownDetail(type, detail);
  });
}

function mayAsk(client: Client | undefined, { type }: DetailType): boolean {
  const allowed = client?.['authorizationDetailsTypes'];
  return Array.isArray(allowed) && allowed.includes(type);
}

function requireSmall(ctx: KoaContextWithOIDC, refuse: (why: string) => Error): void {
  const text = String(ctx.oidc.params?.['authorization_details']);
  if (text.length > LONGEST_DETAILS) throw refuse(`authorization_details have more than ${LONGEST_DETAILS} characters`);
  if (parsed(text).length > MOST_DETAILS) throw refuse(`there are more than ${MOST_DETAILS} authorization_details`);
}

const parsed = (text: unknown): readonly Detail[] => JSON.parse(String(text)) as readonly Detail[];

function detailsIn(ctx: KoaContextWithOIDC): readonly Detail[] | undefined {
  const text = ctx.oidc.params?.['authorization_details'];
  return text === undefined ? undefined : parsed(text);
}
