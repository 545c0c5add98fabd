import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { People } from '../identity/credentials/people.ts';
import type { FoldedEvents } from '../sign-in/events/folded-events.ts';
import type { RequestFacts, SignInEvent } from '../sign-in/events/sign-in-events.ts';
import type { FoundAccount } from './account-claims.ts';
import { exchangeAuditOf } from './library/exchange/exchange-audit.ts';
import { grantRefusal } from './library/grant-refusals.ts';
import type { RequestStore } from './storage/request-store.ts';

interface EventDependencies {
  readonly requests: Pick<RequestStore, 'afterwards'>;
  readonly folded: FoldedEvents;
  readonly people: People;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly logError: (error: unknown, requestId: string) => void;
}

type EventDetails = Pick<SignInEvent, 'name' | 'outcome' | 'method' | 'errorCode' | 'errorMessage'>;

function refusedTokens(failure: unknown): EventDetails {
  const errorCode = failure instanceof Error ? failure.message : String(failure);
  return { name: 'IssueTokens', outcome: 'refused', method: 'client', errorCode, errorMessage: grantRefusal(failure) };
}

/** The event for a person who may not use an app. */
export function notAssignedEvent(
  { oidc: { account, client } }: KoaContextWithOIDC,
  { source, why }: { readonly source: RequestFacts; readonly why: string },
): SignInEvent {
  return {
    name: 'Authorize',
    outcome: 'refused',
    method: 'session',
    errorCode: 'NotAssigned',
    errorMessage: why,
    source,
    person: (account as FoundAccount | undefined)?.person,
    clientId: client?.clientId,
  };
}

/** Audits what oidc-provider decides by itself: tokens issued and refused, sign-outs, grants revoked after misuse. */
export function recordProviderEvents(provider: Provider, deps: EventDependencies): void {
  const { requests, folded, people, factsOf, logError } = deps;

  const eventOf = (ctx: KoaContextWithOIDC, details: EventDetails): SignInEvent => {
    const { client, params } = ctx.oidc;
    const grantType = params?.['grant_type'];
    const scope = params?.['scope'];
    const exchanged = exchangeAuditOf(ctx);
    const request: { grantType?: string; scope?: string } = { ...exchanged?.request };
    if (typeof grantType === 'string') request.grantType = grantType;
    if (typeof scope === 'string') request.scope = scope;
    // Written out, because spreading objects is slow on the path of machine tokens.
    const { name, outcome, method, errorCode, errorMessage } = details;
    return {
      name,
      outcome,
      method,
      errorCode,
      errorMessage,
      source: factsOf(ctx.req),
      clientId: client?.clientId,
      accountId: exchanged?.accountId,
      request,
    };
  };
  const record = async (ctx: KoaContextWithOIDC, details: EventDetails): Promise<void> => {
    const { session, account } = ctx.oidc;
    const subject = session?.accountId;
    const found = (account as FoundAccount | undefined)?.person;
    const person = found ?? (subject === undefined ? undefined : await people.bySubject(subject));
    await folded.record({ ...eventOf(ctx, details), person });
  };
  // Not awaited: issuing a token changes nothing that others rely on, and the audit log reports its own failures.
  const recordInBackground = (ctx: KoaContextWithOIDC, details: EventDetails): void => {
    record(ctx, details).catch((error: unknown) => logError(error, factsOf(ctx.req).requestId));
  };

  provider.on('grant.success', (ctx) => {
    const details = { name: 'IssueTokens', outcome: 'allowed', method: 'client' } as const;
    if (ctx.oidc.account === undefined && exchangeAuditOf(ctx) === undefined) folded.fold(eventOf(ctx, details));
    // The tokens leave only once they are stored, which happens after everything else.
    else
      requests.afterwards((failure) =>
        recordInBackground(ctx, failure === undefined ? details : refusedTokens(failure)),
      );
  });
  // Without a code, or beside it.
  const withoutCode = (ctx: KoaContextWithOIDC, out: object = {}): void => {
    if (!('access_token' in out) && !('id_token' in out)) return;
    const details = { name: 'IssueTokens', outcome: 'allowed', method: 'session' } as const;
    requests.afterwards((failure) => {
      if (failure === undefined) recordInBackground(ctx, details);
    });
  };
  // The library's types lack the second parameter.
  provider.on('authorization.success' as never, withoutCode as never);
  provider.on('grant.error', (ctx, error) => {
    // A device that asks again and again whether its sign-in was allowed.
    if (error.message === 'authorization_pending') return;
    const details = refusedTokens(error);
    const body: unknown = ctx.body;
    if (details.errorMessage !== undefined && typeof body === 'object') {
      ctx.body = { ...body, error_description: details.errorMessage };
    }
    recordInBackground(ctx, details);
  });
  provider.on('authorization.error', (ctx, error) =>
    recordInBackground(ctx, { name: 'Authorize', outcome: 'refused', method: 'session', errorCode: error.message }),
  );
  provider.on('grant.revoked', (ctx) =>
    recordInBackground(ctx, { name: 'RevokeGrant', outcome: 'allowed', method: 'client' }),
  );
  provider.on('end_session.success', (ctx) => {
    // Even if the person chose to stay signed in.
    if (ctx.oidc.params?.['logout'])
      recordInBackground(ctx, { name: 'SignOut', outcome: 'allowed', method: 'session' });
  });
  provider.on('server_error', (ctx, error) => logError(error, factsOf(ctx.req).requestId));
  provider.on('backchannel.error', (ctx, error) => logError(error, factsOf(ctx.req).requestId));
  // Without a listener, Koa prints errors to the console.
  provider.on('error' as never, ((error: unknown) => logError(error, '')) as never);
}
