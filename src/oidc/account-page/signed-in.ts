import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Session } from 'oidc-provider';
import type { CsrfTokens } from '../../http/csrf.ts';
import { showBrandOf } from '../../http/page-brand.ts';
import { type Form, readForm } from '../../http/read-form.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { type SignedInSession, sessionEnd } from '../../identity/sign-in/session-validity.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import { type BrowserSession, requireOwnForm } from '../../operations/authentication/session.ts';
import { browserSession } from '../library/browser-session.ts';
import { holderOfSession, type SessionHolderDependencies } from '../session-holder.ts';

/** The purpose of the CSRF tokens in a signed-in person's forms. */
export const ACCOUNT_FORMS = 'account';

export interface SignedIn {
  readonly person: Person;
  readonly session: Session;
}

export interface SignedInDependencies extends Omit<SessionHolderDependencies, 'people'> {
  readonly provider: () => Provider;
  readonly signIn: SignIn;
}

/** Finds who is signed in to this browser. Returns nobody if the session is over or the person may no longer sign in. */
export async function findSignedIn(deps: SignedInDependencies, ctx: Context): Promise<SignedIn | undefined> {
  const provider = deps.provider();
  const session = await browserSession(provider, ctx);
  if (session.accountId === undefined) return undefined;
  const { people } = deps.signIn;
  const found = await people.bySubject(session.accountId);
  const person = found && (await holderOfSession({ ...deps, people }, found, { session, request: ctx.req }));
  showBrandOf(ctx.req, person?.accountId);
  return person && { person, session };
}

interface OwnFormDependencies {
  readonly csrfTokens: CsrfTokens;
  readonly publicUrl: string;
}

/** Reads a form of a signed-in person. @throws {ServiceError} AccessDenied if it does not come from a page of this session. */
export async function readOwnForm(deps: OwnFormDependencies, ctx: Context, session: Session): Promise<Form> {
  const form = await readForm(ctx.req);
  const own = { csrfTokens: deps.csrfTokens, purpose: ACCOUNT_FORMS, origin: new URL(deps.publicUrl).origin };
  requireOwnForm(own, { uid: session.uid, csrf: form.get('csrf'), headers: ctx.req.headers });
  return form;
}

/** The sign-in as operations see it. */
export function browserSessionOf({ person, session }: SignedIn): BrowserSession {
  return {
    person,
    origin: (session as SignedInSession).loginOrigin,
    uid: session.uid,
    signedInAt: (session.loginTs ?? 0) * 1000,
    expiresAt: Math.min((session.exp ?? 0) * 1000, sessionEnd(person, session)),
    amr: session.amr ?? [],
  };
}
