import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { resourcesOf } from '../features/resources.ts';
import { exchangeSettingsOf, isOfSameAccount } from './exchange-rule.ts';
import type { ExchangeRequest } from './read-request.ts';
import type { Refusals } from './refusals.ts';

/** What a new token is for. */
export interface ExchangeTarget {
  /** The requesting client itself, another client, or a service that it may get tokens for. */
  readonly kind: 'self' | 'client' | 'service';
  /** The `aud` of the token. */
  readonly audience: string;
  /** The scopes that the client may have there; `undefined` if they are not listed. */
  readonly scopes: ReadonlySet<string> | undefined;
}

/**
 * The service or client that the token is asked for, by `resource` (RFC 8707) or `audience`: the requesting client if neither is given.
 * @throws `invalid_target` if the client may not get a token for it, or several were asked for.
 */
export async function exchangeTarget(
  ctx: KoaContextWithOIDC,
  { resources, audiences }: Pick<ExchangeRequest, 'resources' | 'audiences'>,
  refuse: Refusals,
): Promise<ExchangeTarget> {
  const client = ctx.oidc.client as Client;
  const targets = [
    ...resources.map((resource) => service(client, resource)),
    ...(await Promise.all(audiences.map((audience) => audienceOf(ctx, client, audience)))),
  ];
  const [first = self(client), ...others] = targets;
  if (targets.includes(undefined)) {
    throw refuse.target(
      'this client may not get a token for one of resource and audience (resources, token_exchange.audiences)',
    );
  }
  if (others.some((other) => other?.audience !== first.audience)) {
    throw refuse.target('a token is for one service: ask for one token after the other');
  }
  return first;
}

function self({ clientId }: Client): ExchangeTarget {
  return { kind: 'self', audience: clientId, scopes: undefined };
}

function service(client: Client, name: string): ExchangeTarget | undefined {
  const listed = resourcesOf(client).find(({ resource }) => resource === name);
  return listed && { kind: 'service', audience: listed.resource, scopes: new Set(listed.scopes) };
}

async function audienceOf(ctx: KoaContextWithOIDC, client: Client, name: string): Promise<ExchangeTarget | undefined> {
  if (name === client.clientId) return self(client);
  const found = service(client, name);
  if (found !== undefined || exchangeSettingsOf(client).audiences?.includes(name) !== true) return found;
  const other = await ctx.oidc.provider.Client.find(name);
  return isOfSameAccount(client, other) ? { kind: 'client', audience: name, scopes: undefined } : undefined;
}

/** Scopes that mean something at this server only. */
const NEVER_EXCHANGED = new Set(['offline_access']);

/**
 * The scopes of the new token: never one that the subject token does not have, and of those, the ones that the client may have there.
 * @throws `invalid_scope` if more was asked for.
 */
export function exchangeScopes(
  {
    asked,
    held,
    target,
  }: {
    readonly asked: ReadonlySet<string> | undefined;
    readonly held: ReadonlySet<string>;
    readonly target: ExchangeTarget;
  },
  refuse: Refusals,
): readonly string[] {
  const allowed = [...held].filter(
    (scope) => !NEVER_EXCHANGED.has(scope) && (target.scopes === undefined || target.scopes.has(scope)),
  );
  if (asked === undefined) return allowed;
  const missing = [...asked].filter((scope) => !allowed.includes(scope));
  if (missing.length === 0) return [...asked];
  throw refuse.scope(
    'the subject token, or this client for this target, does not have all of these scopes',
    missing.join(' '),
  );
}
