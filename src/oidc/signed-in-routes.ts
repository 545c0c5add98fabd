import Router from '@koa/router';
import type { Context } from 'koa';
import type { Person } from '../identity/credentials/people.ts';
import { openInvitations } from '../identity/invitations/accept-invitation.ts';
import { openNoticeLinks } from '../identity/notices/report-not-me.ts';
import type { PasskeySettings } from '../identity/passkeys/passkey-settings.ts';
import { openRecoveryLinks } from '../identity/recovery/recovery-links.ts';
import { openSignInHistory } from '../identity/sign-in-policy/sign-in-history.ts';
import { consoleFederation } from '../sign-in/console-federation/console-federation.ts';
import type { SignInEnforcement } from '../sign-in/enforcement.ts';
import { enrolmentBanner } from '../sign-in/policy/enrolment-banner.ts';
import type { ProtocolPages } from '../sign-in/protocol-pages.ts';
import { openSignInNames } from '../sign-in/sign-in-names.ts';
import type { ConnectorStarts } from '../sign-in/sign-in-step.ts';
import { appIconRoute } from '../sign-in/start/app-icon-route.ts';
import { startRoutes } from '../sign-in/start/start-routes.ts';
import type { StartLimit } from '../sign-in/start-limit.ts';
import { accountAddress } from './account-page/account-address.ts';
import { type AccountRoutesDependencies, accountRoutes } from './account-page/account-routes.ts';
import { emailRoutes } from './account-page/email-routes.ts';
import { linksRoutes } from './account-page/links-routes.ts';
import { passwordRoutes } from './account-page/password-routes.ts';
import { ACCOUNT_FORMS, browserSessionOf, findSignedIn } from './account-page/signed-in.ts';
import { BACK_TO_START, startSignIn } from './account-page/start-sign-in.ts';
import { activityRoutes } from './activity-page/activity-routes.ts';
import type { Background } from './background.ts';
import { type RequestsOfPeople, requestsRoutes } from './ciba/requests-routes.ts';
import { deviceRedirect } from './device/device-routes.ts';
import type { DoorOutcomes } from './door-outcomes.ts';
import { requestIdOf } from './entry/request-entry.ts';
import { factorsRoutes } from './factors-page/factors-routes.ts';
import { passkeyDemand } from './factors-page/passkey-demand.ts';
import { invitationRoutes } from './mailed-links/invitation-routes.ts';
import { notMeRoutes } from './mailed-links/not-me-routes.ts';
import { recoveryRoutes } from './mailed-links/recovery-routes.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import { ACCOUNT_PATH, DEVICE_PATH, FACTORS_PATH, SIGN_OUT_PATH } from './own-client.ts';
import { profileRoutes } from './profile-page/profile-routes.ts';

interface SignedInRoutesDependencies {
  readonly deps: OidcDependencies;
  readonly account: Omit<AccountRoutesDependencies, 'protocol' | 'enrolmentBanner' | keyof OidcDependencies>;
  readonly enforcement: SignInEnforcement | undefined;
  readonly protocol: ProtocolPages | undefined;
  readonly passkeys: PasskeySettings;
  readonly starts: ConnectorStarts;
  readonly startLimit: StartLimit;
  readonly doors: DoorOutcomes;
  readonly background: Background;
  readonly requests: RequestsOfPeople;
}

/** The pages of people who are signed in: account, password, logins, factors, apps and roles; and what leads to them. */
export function signedInRoutes(given: SignedInRoutesDependencies) {
  const { deps, protocol, passkeys, starts, startLimit, doors, enforcement } = given;
  const { ephemeral, identities, keyRing, random } = deps;
  const bannerWith = (addAt: string | undefined) => async (person: Person) =>
    enforcement && (await enrolmentBanner(enforcement, { person, now: deps.clock.now() }, addAt));
  const account = {
    ...given.account,
    clock: deps.clock,
    random,
    publicUrl: deps.publicUrl,
    mayChangeOwnPassword: deps.mayChangeOwnPassword,
    mayChangeOwnLinks: deps.mayChangeOwnLinks,
    mayChangeOwnAddress: deps.mayChangeOwnAddress,
    ownProfile: deps.ownProfile,
    describeServer: deps.describeServer,
    protocol,
    enrolmentBanner: bannerWith(FACTORS_PATH),
  };
  const federation = consoleFederation({
    observe: doors.consoleFederation,
    startLimit,
    ...account,
    ephemeral,
    sealer: keyRing.sealer,
    store: identities,
    credentials: deps.credentials,
    currentCaller: deps.currentCaller,
    record: deps.record,
    personIn: async (ctx) => (await findSignedIn(account, ctx))?.person.name,
  });
  const start = {
    ...account,
    async signedIn(ctx: Context) {
      const found = await findSignedIn(account, ctx);
      return found && browserSessionOf(found);
    },
    beginSignIn: (ctx: Context, stepUp: 'any' | 'phr' | undefined) =>
      startSignIn(account, ctx, {
        state: BACK_TO_START,
        ...(stepUp !== undefined && { prompt: 'login' }),
        ...(stepUp === 'phr' && { acr_values: stepUp }),
      }),
    formPurpose: ACCOUNT_FORMS,
    sources: deps.start,
    paths: { account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH },
  };
  const factors = {
    ...account,
    enrolmentBanner: bannerWith(undefined),
    factors: { store: identities, sealer: keyRing.sealer, random, ephemeral },
    passkeys,
    mayChangeOwnFactors: deps.mayChangeOwnFactors,
    mustShowPasskey: passkeyDemand({
      ...{ enforcement, store: identities, clock: deps.clock, factsOf: account.factsOf },
      deviceOf: (ctx: Context) => account.devices.idOf(ctx),
    }),
  };
  const mailedLinks = { ...account, startLimit, requestIdOf, observe: doors.mailedLink };
  const { recoveryMailer: mailer } = deps;
  const { signIn } = account;
  const isPrivileged = async (person: Person): Promise<boolean> =>
    (await enforcement?.judge.isPrivileged(person)) ?? false;
  const links = openRecoveryLinks({
    ...{ people: signIn.people, signIn, ephemeral },
    clock: deps.clock,
    random,
    isPrivileged,
  });
  const recovering = {
    ...mailedLinks,
    isPrivileged,
    ephemeral,
    links,
    store: identities,
    languageOf: openSignInHistory(ephemeral, keyRing.sealer).lastLanguage,
    names: openSignInNames(identities),
  };
  const recovery =
    mailer === undefined ? [] : [recoveryRoutes({ ...recovering, mailer, inBackground: given.background.run })];
  const credentials = { passwords: deps.passwords, clock: deps.clock };
  const noticeLinks = openNoticeLinks({ ...credentials, store: identities, ephemeral, random });
  return [
    accountRoutes(account),
    passwordRoutes(account),
    emailRoutes(account),
    profileRoutes({ ...account, store: identities }),
    linksRoutes({ ...account, store: identities, connectors: deps.connectors.stored, starts }),
    factorsRoutes(factors),
    activityRoutes({ ...account, activity: deps.activity, noticeLinks, store: identities }),
    requestsRoutes({ ...account, ...given.requests, activity: deps.activity }),
    federation,
    startRoutes(start),
    appIconRoute(start),
    invitationRoutes({
      ...mailedLinks,
      enforcement,
      invitations: openInvitations({ ...credentials, store: identities, passkeys, random }),
    }),
    ...recovery,
    notMeRoutes({ ...mailedLinks, noticeLinks }),
    new Router().get(DEVICE_PATH, deviceRedirect(deps)),
    accountAddress(account),
    ...(protocol?.routes ?? []),
  ].map((routes) => routes.routes());
}
