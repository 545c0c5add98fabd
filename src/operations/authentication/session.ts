import type { Authorizer } from '../../authorize/authorizer.ts';
import { type CsrfTokens, isSameOriginPost } from '../../http/csrf.ts';
import { generationOf } from '../../identity/credentials/login-generation.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { signInFacts } from '../../identity/credentials/sign-in-facts.ts';
import type { Caller, SessionFacts } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { InvokedBy } from '../invoked-by.ts';

/** A sign-in in a browser, found by its session cookie. The finder has checked that it is not over. */
export interface BrowserSession {
  readonly person: Person;
  /** The outside login that it came from, if it did. */
  readonly origin?: LoginOrigin | undefined;
  /** The session's id that its CSRF tokens are bound to. Unlike the cookie, it is no secret. */
  readonly uid: string;
  /** When the person signed in, and when the session ends at the latest; ms since the epoch. */
  readonly signedInAt: number;
  readonly expiresAt: number;
  /** How the person signed in (RFC 8176). */
  readonly amr: readonly string[];
}

/** The request of a browser, as far as it matters here. */
export interface BrowserRequest {
  readonly requestId: string;
  /** The client's address, forwarded only by a trusted proxy. */
  readonly ip: string;
  readonly headers: {
    readonly origin?: string | undefined;
    readonly 'sec-fetch-site'?: unknown;
    readonly 'user-agent'?: string | undefined;
  };
}

/** Makes people who are signed in to pages callers of operations. */
export interface SessionAuthentication {
  /** For what a page shows: the caller may invoke operations that change nothing. @throws {ServiceError} AccessDenied. */
  forReading(session: BrowserSession, request: BrowserRequest): Promise<InvokedBy>;
  /**
   * For what a page shows to a person who is not signed in, but has proved to be the person by a link: they need no login that holds.
   * @throws {ServiceError} AccessDenied if the person is gone.
   */
  forInvited(session: BrowserSession, request: BrowserRequest): Promise<InvokedBy>;
  /**
   * For what a form does: the caller may invoke any operation.
   * @param csrf The form's token.
   * @throws {ServiceError} AccessDenied if the form is not one of our pages', made for this session.
   */
  forChange(session: BrowserSession, request: BrowserRequest, csrf: string | undefined): Promise<InvokedBy>;
}

export interface SessionAuthenticationDependencies {
  /** The caller's current identity; `undefined` if the user or account is gone, or the login has ended. */
  readonly currentCaller: Authorizer['current'];
  readonly csrfTokens: CsrfTokens;
  /** What the forms' tokens are for. */
  readonly purpose: string;
  /** The origin of our pages. */
  readonly origin: string;
}

export function sessionAuthentication(deps: SessionAuthenticationDependencies): SessionAuthentication {
  const secure = deps.origin.startsWith('https:');

  async function authenticate(
    claimed: Caller,
    { requestId, ip, headers }: BrowserRequest,
    mayChange: boolean,
  ): Promise<InvokedBy> {
    const caller = await deps.currentCaller(claimed);
    if (caller === undefined) throw new ServiceError('AccessDenied', 'You are signed out. Sign in again.');
    const source = { ip, userAgent: headers['user-agent'], referer: undefined, secure, region: undefined };
    return { caller, source, requestId, mayChange };
  }

  return {
    forReading: (session, request) => authenticate(sessionCaller(session), request, false),
    forInvited: (session, request) => authenticate(withoutLogin(sessionCaller(session)), request, false),
    async forChange(session, request, csrf) {
      requireOwnForm(deps, { uid: session.uid, headers: request.headers, csrf });
      return await authenticate(sessionCaller(session), request, true);
    },
  };
}

/**
 * A signed-in person as a caller. As in AWS, a session of the pages is temporary, so `aws:MultiFactorAuthPresent` and
 * `aws:TokenIssueTime` have values. It ends with the login.
 */
function sessionCaller({ person, origin, signedInAt, expiresAt, amr }: BrowserSession): Caller {
  const { kind, accountId, arn, subject, name } = person;
  const { tags = [] } = origin ?? {};
  const session: SessionFacts = {
    issuedAt: signedInAt,
    expiresAt,
    ...(amr.includes('mfa') && { mfaAuthenticatedAt: signedInAt }),
    tags,
    transitiveTagKeys: tags.map(({ key }) => key),
    sessionPolicies: [],
    sessionPolicyArns: [],
    login: { subject, generation: generationOf(person), origin },
    signIn: signInFacts({ amr, origin }, signedInAt),
  };
  const base = { accountId, arn, userId: subject, accessKeyId: '', session };
  return kind === 'root' ? { type: 'Account', ...base } : { type: 'User', ...base, userName: name, uniqueId: subject };
}

function withoutLogin(caller: Caller): Caller {
  const { login: _none, ...session } = caller.session ?? {};
  return { ...caller, session: session as SessionFacts };
}

/** A form that a browser posted. */
interface PostedForm extends Pick<BrowserRequest, 'headers'> {
  readonly uid: string;
  readonly csrf: string | undefined;
}

/** Requires that a form came from one of our pages, made for this session. @throws {ServiceError} AccessDenied. */
export function requireOwnForm(
  { csrfTokens, purpose, origin }: Pick<SessionAuthenticationDependencies, 'csrfTokens' | 'purpose' | 'origin'>,
  { uid, csrf, headers }: PostedForm,
): void {
  if (csrfTokens.check(csrf, uid, purpose) && isSameOriginPost(headers, origin)) return;
  throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
}
