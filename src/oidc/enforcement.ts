import type { PasskeySettings } from '../identity/passkeys/passkey-settings.ts';
import type { SessionAuthentication } from '../operations/authentication/session.ts';
import type { BrowserChecks } from '../sign-in/confirm-browser/confirm-browser.ts';
import type { SignInEnforcement } from '../sign-in/enforcement.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import type { RequestStore } from './storage/request-store.ts';

/** How long a sign-in may take to add a factor, in ms. */
const TIME = 10 * 60_000;

interface EnforcementParts {
  readonly requests: RequestStore;
  readonly passkeys: PasskeySettings;
  readonly browsers: BrowserChecks;
  readonly sessions: SessionAuthentication;
}

/** What sign-ins are judged with; `undefined` if all are allowed. */
export function enforcementOf(
  deps: OidcDependencies,
  { requests, passkeys, browsers, sessions }: EnforcementParts,
): SignInEnforcement | undefined {
  const { openJudge, identities, random } = deps;
  if (openJudge === undefined) return undefined;
  const { ephemeral, later } = requests;
  return {
    judge: openJudge(ephemeral),
    passkeys,
    browsers,
    factors: { store: identities, sealer: deps.keyRing.sealer, random, ephemeral },
    later,
    async mayEnrol({ id, begun, source, person, amr, isInvited = false }) {
      if (person.kind === 'root') return true;
      // Nothing is issued for this session: policies only need a caller to decide on.
      const session = { person, uid: id, signedInAt: begun, expiresAt: begun + TIME, amr };
      const headers = { 'user-agent': source.userAgent };
      const request = { requestId: source.requestId, ip: source.ip, headers };
      const by = await (isInvited ? sessions.forInvited : sessions.forReading)(session, request);
      return await deps.mayChangeOwnFactors(person, by, 'iam:EnableMFADevice');
    },
  };
}
