import type { Registry } from 'prom-client';
import { issuerKeys } from '../../federation/web-identity/issuer-keys.ts';
import { requireIssuerFiles } from '../../federation/web-identity/issuer-settings.ts';
import { type IssuerKeys, openKeyCache } from '../../federation/web-identity/key-cache.ts';
import { readKeySet } from '../../federation/web-identity/key-set.ts';
import { keySource } from '../../federation/web-identity/key-source.ts';
import { ownLogins } from '../../federation/web-identity/own-logins.ts';
import type { TokenFault } from '../../federation/web-identity/token-fault.ts';
import {
  openTokenVerifier,
  startVerifyingThread,
  type TokenVerifier,
  type VerifyToken,
} from '../../federation/web-identity/token-verifier.ts';
import {
  type WebIdentityDependencies,
  webIdentityVerifier,
} from '../../federation/web-identity/verify-web-identity.ts';
import type { VerifyWebIdentity } from '../../federation/web-identity/web-identity.ts';
import { LOGIN_SECRET, loginMarks } from '../../identity/credentials/login-mark.ts';
import { openPeople } from '../../identity/credentials/people.ts';
import type { ProviderDirectory } from '../../identity/providers/provider-directory.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { StsDependencies } from '../../sts/sts-dependencies.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { Log } from '../log/log.ts';
import { hasSpareCore } from '../processes/workers.ts';
import type { Settings } from '../settings/settings.ts';

/** Issuers whose failure has been logged, so that it is logged once and not with every fetch. */
const FAILING_HELD = 1000;

export interface WebIdentitiesDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly providers: ProviderDirectory;
  readonly keys: IssuerKeys;
  readonly verifyToken: VerifyToken;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly ownIssuer: string;
  readonly ownProfileAttributes: ReadonlySet<string>;
  readonly accountOf?: WebIdentityDependencies['accountOf'];
  readonly registry: Registry;
}

interface IssuerKeysDependencies extends Pick<WebIdentitiesDependencies, 'keyRing' | 'ownIssuer' | 'registry'> {
  readonly settings: Settings;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Verification of outside tokens, with its metrics. */
export function openWebIdentities({
  registry,
  ...deps
}: WebIdentitiesDependencies): Pick<StsDependencies, 'verifyWebIdentity' | 'verifyAccessToken'> {
  const refusals = registerLabelledCount(registry, {
    name: 'rolecall_web_identity_refusals_total',
    help: 'Refused web identity tokens, by the check that failed.',
    label: 'check',
  });
  const refused = ({ check }: TokenFault): void => refusals.add(check);
  return {
    verifyWebIdentity: verifierOf(deps, refused),
    verifyAccessToken: verifierOf({ ...deps, accepted: 'access-tokens' }, refused),
  };
}

/** Verification of web identity tokens, without metrics. */
export function verifierOf(
  {
    store,
    clock,
    keyRing,
    random,
    ...deps
  }: Omit<WebIdentitiesDependencies, 'registry'> & Pick<WebIdentityDependencies, 'accepted'>,
  refused: (fault: TokenFault) => void = () => {},
): VerifyWebIdentity {
  const loginOf = ownLogins(openPeople(store, clock), loginMarks(keyRing.secret(LOGIN_SECRET), random));
  return webIdentityVerifier({ ...deps, loginOf, refused });
}

/** The verifier of tokens' signatures. If every core already has a process, a thread would only compete with them. */
export function openVerifier(settings: Settings, onFault: (fault: unknown) => void): TokenVerifier {
  return openTokenVerifier({ onFault, startThread: hasSpareCore(settings.server) ? startVerifyingThread : undefined });
}

/** The keys of all issuers, this server's among them, with their metric. @throws {Error} if a configured file cannot be used. */
export function openIssuerKeys(deps: IssuerKeysDependencies): IssuerKeys {
  return issuerKeys(deps.keyRing, deps.ownIssuer, openOutsideKeys(deps));
}

function openOutsideKeys({ settings, registry, log }: IssuerKeysDependencies): IssuerKeys {
  const { issuers } = settings.federation.webIdentity;
  requireIssuerFiles(issuers, (text) => readKeySet(JSON.parse(text)));
  const configured = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const allowPrivate = settings.oidc.allowPrivateNetworks;
  const fetches = registerLabelledCount(registry, {
    name: 'rolecall_issuer_key_fetches_total',
    help: 'Fetches of the keys of identity providers: ok, unreachable, or wrong for an answer that cannot be used.',
    label: 'outcome',
  });
  const failing = new BoundedCache<string, true>(FAILING_HELD);
  return openKeyCache({
    elapsed: () => performance.now(),
    sourceOf: (issuer) => keySource({ issuer, settings: configured.get(issuer), allowPrivate }),
    fetched(issuer, failure) {
      fetches.add(failure === undefined ? 'ok' : failure.isUnreachable ? 'unreachable' : 'wrong');
      if (failure === undefined) {
        if (failing.get(issuer) === undefined) return;
        failing.delete(issuer);
        log.info('the keys of an identity provider are available again', { issuer });
      } else if (failing.get(issuer) === undefined) {
        failing.set(issuer, true);
        log.warn('the keys of an identity provider cannot be fetched', { issuer, reason: failure.message });
      }
    },
  });
}
