import type Provider from 'oidc-provider';
import { browserName } from '../../http/browser-name.ts';
import { generationOf } from '../../identity/credentials/login-generation.ts';
import { LOGIN_CLAIM, type LoginMarks } from '../../identity/credentials/login-mark.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/** The members of oidc-provider's models and contexts that are used here but missing in its types. */
interface Stamped {
  loginBrowser?: string | undefined;
  loginAddedFactor?: true | undefined;
  loginGeneration?: number | undefined;
  loginOrigin?: LoginOrigin | undefined;
}
/** What codes and refresh tokens know of their login, and access tokens get from them. */
interface Continued extends Stamped {
  readonly authTime?: number | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly acr?: string | undefined;
}
/** The stamps of access tokens only. */
interface LoginFacts {
  /** When the person signed in, in seconds. */
  loginTime?: number | undefined;
  /** How the person signed in (RFC 8176). */
  loginMethods?: readonly string[] | undefined;
  loginAcr?: string | undefined;
}
/** What a service learns of the sign-in from an access token and by introspection (RFC 9470 §6); nothing if no person signed in. */
export function authenticationOf(token: object): { readonly acr?: string; readonly auth_time?: number } {
  const { loginTime, loginAcr } = token as LoginFacts;
  if (loginTime === undefined) return {};
  return { auth_time: loginTime, ...(loginAcr !== undefined && { acr: loginAcr }) };
}

/** A session, from which the authorization endpoint issues tokens without a code. */
interface SignedInBrowser extends Stamped {
  readonly amr?: readonly string[] | undefined;
  authTime(): number | undefined;
}

interface Model {
  readonly IN_PAYLOAD: readonly string[];
  readonly prototype: object;
}
interface Entities {
  readonly Interaction?: { readonly result?: { readonly login?: Stamped } };
  readonly AuthorizationCode?: Continued;
  readonly DeviceCode?: Continued;
  readonly BackchannelAuthenticationRequest?: Continued;
  readonly RotatedRefreshToken?: Continued;
  readonly RefreshToken?: Continued;
  /** The login of what was exchanged (`token-exchange/`). */
  readonly ExchangedLogin?: Continued;
  readonly Session?: SignedInBrowser;
  readonly Account?: { readonly accountId: string };
}
interface Issuing {
  issue(options: { readonly use?: string }): Promise<string>;
  set(claim: string, value: string): void;
}

/**
 * Stamps everything issued for a login with the person's login generation (`identity/credentials/login-generation.ts`) and the outside
 * login that it came from: the session gets them, and the name of the browser, from the sign-in, the code from the session, a device code from the session in which it is allowed, and tokens from their code or refresh token. ID tokens contain a mark of it.
 */
export function stampLogins(provider: Provider, library: OidcProviderLibrary, marks: Pick<LoginMarks, 'make'>): void {
  const entities = (): Entities => (library.Provider.ctx?.oidc.entities ?? {}) as Entities;
  const continuedBy = (session: SignedInBrowser): Continued => ({
    loginGeneration: session.loginGeneration,
    loginOrigin: session.loginOrigin,
    authTime: session.authTime(),
    amr: session.amr,
    acr: (library.Provider.ctx?.oidc as { readonly acr?: string } | undefined)?.acr,
  });
  // Each model becomes an entity of its request before it is saved, so a code need not be looked up.
  const source = (model: string): Continued => {
    const { AuthorizationCode, DeviceCode, BackchannelAuthenticationRequest, ...others } = entities();
    const { RotatedRefreshToken, RefreshToken, ExchangedLogin, Session } = others;
    const allowed = AuthorizationCode ?? DeviceCode ?? BackchannelAuthenticationRequest;
    const issuing = allowed ?? RotatedRefreshToken ?? RefreshToken ?? ExchangedLogin;
    if (model !== 'AuthorizationCode' && issuing !== undefined) return issuing;
    return Session === undefined ? {} : continuedBy(Session);
  };
  const { Session, AuthorizationCode, DeviceCode, RefreshToken, AccessToken, IdToken } = provider;
  const { BackchannelAuthenticationRequest: Request } = provider;
  for (const model of [
    Session,
    AuthorizationCode,
    DeviceCode,
    Request,
    RefreshToken,
    AccessToken,
  ] as unknown as Model[]) {
    Object.defineProperty(model, 'IN_PAYLOAD', { value: [...model.IN_PAYLOAD, 'loginGeneration', 'loginOrigin'] });
  }
  const { IN_PAYLOAD } = AccessToken as unknown as Model;
  const facts = ['loginTime', 'loginMethods', 'loginAcr'];
  Object.defineProperty(AccessToken, 'IN_PAYLOAD', { value: [...IN_PAYLOAD, ...facts] });

  Object.defineProperty(Session, 'IN_PAYLOAD', {
    value: [...(Session as unknown as Model).IN_PAYLOAD, 'loginBrowser', 'loginAddedFactor'],
  });
  const session = Session.prototype as unknown as { loginAccount(details: object): void };
  const { loginAccount } = session;
  session.loginAccount = function (this: Stamped, details) {
    loginAccount.call(this as never, details);
    const { loginGeneration, loginOrigin } = entities().Interaction?.result?.login ?? {};
    this.loginGeneration = loginGeneration;
    this.loginOrigin = loginOrigin;
    this.loginAddedFactor = undefined;
    this.loginBrowser = browserName(library.Provider.ctx?.req.headers['user-agent']);
  };

  for (const { prototype } of [AuthorizationCode, RefreshToken, AccessToken] as unknown as Model[]) {
    const token = prototype as { save(): Promise<string> };
    const { save } = token;
    token.save = function (this: Stamped & LoginFacts & { readonly kind: string }) {
      const { loginGeneration, loginOrigin, authTime, amr, acr } = source(this.kind);
      this.loginGeneration ??= loginGeneration;
      this.loginOrigin ??= loginOrigin;
      if (this.kind === 'AccessToken') {
        this.loginTime ??= authTime;
        this.loginMethods ??= amr;
        this.loginAcr ??= acr;
      }
      return save.call(this as never);
    };
  }

  const device = DeviceCode.prototype as unknown as { save(): Promise<string> };
  const { save: saveDevice } = device;
  device.save = function (this: Stamped & { readonly accountId?: string }) {
    // It gets its person when that person allows it, in their session.
    if (this.accountId !== undefined) {
      const { loginGeneration, loginOrigin } = entities().Session ?? {};
      this.loginGeneration ??= loginGeneration;
      this.loginOrigin ??= loginOrigin;
    }
    return saveDevice.call(this as never);
  };

  const idToken = IdToken.prototype as unknown as Issuing;
  const { issue } = idToken;
  idToken.issue = function (this: Issuing, options) {
    const { loginGeneration, loginOrigin: origin } = source('IdToken');
    const { Account } = entities();
    if (options.use === 'idtoken' && Account !== undefined) {
      const generation = generationOf({ loginGeneration });
      this.set(LOGIN_CLAIM, marks.make({ subject: Account.accountId, generation, origin }));
    }
    return issue.call(this, options);
  };
}
