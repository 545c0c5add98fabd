import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { People } from '../identity/credentials/people.ts';
import type { FoldedEvents } from '../sign-in/events/folded-events.ts';
import type { RequestFacts, SignInEvent } from '../sign-in/events/sign-in-events.ts';
import type { FoundAccount } from './account-claims.ts';
import { grantRefusal } from './library/grant-refusals.ts';
import type { RequestStore } from './storage/request-store.ts';

interface EventDependencies {
  readonly requests: Pick<RequestStore, 'afterwards'>;
  readonly folded: FoldedEvents;
  readonly people: People;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly logError: (error: unknown, requestId: string) => void;
}

type Told = Pick<SignInEvent, 'name' | 'outcome' | 'method' | 'errorCode' | 'errorMessage'>;

function refusedTokens(failure: unknown): Told {
  const errorCode = failure instanceof Error ? failure.message : String(failure);
  return { name: 'IssueTokens', outcome: 'refused', method: 'client', errorCode, errorMessage: grantRefusal(failure) };
}

/** Puts on record what oidc-provider decides by itself: tokens issued and refused, sign-outs, grants revoked for misuse. */
export function recordProviderEvents(provider: Provider, deps: EventDependencies): void {
  const { requests, folded, people, factsOf, logError } = deps;

  const eventOf = (ctx: KoaContextWithOIDC, told: Told): SignInEvent => {
    const { client, params } = ctx.oidc;
    const grantType = params?.['grant_type'];
    const scope = params?.['scope'];
    const request: { grantType?: string; scope?: string } = {};
    if (typeof grantType === 'string') request.grantType = grantType;
    if (typeof scope === 'string') request.scope = scope;
    // Spelled out: spreading objects here took a twentieth of a machine token's time.
    const { name, outcome, method, errorCode, errorMessage } = told;
    return {
      name,
      outcome,
      method,
      errorCode,
      errorMessage,
      source: factsOf(ctx.req),
      clientId: client?.clientId,
      request,
    };
  };
  const tell = async (ctx: KoaContextWithOIDC, told: Told): Promise<void> => {
    const { session, account } = ctx.oidc;
    const subject = session?.accountId;
    const found = (account as FoundAccount | undefined)?.person;
    const person = found ?? (subject === undefined ? undefined : await people.bySubject(subject));
    await folded.record({ ...eventOf(ctx, told), person });
  };
  // Not waited for: a token is no mutation that others rely on, and the log takes its own care.
  const note = (ctx: KoaContextWithOIDC, told: Told): void => {
    tell(ctx, told).catch((error: unknown) => logError(error, factsOf(ctx.req).requestId));
  };

  provider.on('grant.success', (ctx) => {
    const told = { name: 'IssueTokens', outcome: 'allowed', method: 'client' } as const;
    if (ctx.oidc.account === undefined) folded.note(eventOf(ctx, told));
    // They are given out only once they are stored, which is done when all else is.
    else requests.afterwards((failure) => note(ctx, failure === undefined ? told : refusedTokens(failure)));
  });
  provider.on('grant.error', (ctx, error) => {
    const told = refusedTokens(error);
    const body: unknown = ctx.body;
    if (told.errorMessage !== undefined && typeof body === 'object') {
      ctx.body = { ...body, error_description: told.errorMessage };
    }
    note(ctx, told);
  });
  provider.on('authorization.error', (ctx, error) =>
    note(ctx, { name: 'Authorize', outcome: 'refused', method: 'session', errorCode: error.message }),
  );
  provider.on('grant.revoked', (ctx) => note(ctx, { name: 'RevokeGrant', outcome: 'allowed', method: 'client' }));
  provider.on('end_session.success', (ctx) => {
    // Also where the person chose to stay signed in.
    if (ctx.oidc.params?.['logout']) note(ctx, { name: 'SignOut', outcome: 'allowed', method: 'session' });
  });
  provider.on('server_error', (ctx, error) => logError(error, factsOf(ctx.req).requestId));
  provider.on('backchannel.error', (ctx, error) => logError(error, factsOf(ctx.req).requestId));
  // Koa's own: without a listener it prints to the console.
  provider.on('error' as never, ((error: unknown) => logError(error, '')) as never);
}
