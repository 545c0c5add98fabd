import type { FetchMetadata } from '../../federation/saml/service-providers/import-service-provider.ts';
import type { SamlKeys } from '../../identity/saml-keys/open-saml-keys.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { LogoutChains } from '../stores/logout-chains.ts';
import type { PendingSignOns } from '../stores/pending-sign-ons.ts';
import type { SamlApplications } from '../stores/saml-applications.ts';
import type { SessionApps } from '../stores/session-apps.ts';
import type { ChainCookie } from './chain-cookie.ts';

/** What the bridge works with. */
export interface BridgeDependencies {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly identities: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly keyRing: KeyRing;
  readonly samlKeys: SamlKeys;
  /** Fetches the metadata of service providers. */
  readonly fetchMetadata: FetchMetadata;
  /** The longest that a session of a browser can last, in ms. */
  readonly sessionMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Counts sign-ons: `issued`, or why not. */
  readonly observe: (outcome: string) => void;
  /** Counts sign-outs: `complete`, `partial`, or why not. */
  readonly observeLogout: (outcome: string) => void;
}

/** What its parts share. */
export interface Bridge extends BridgeDependencies {
  readonly browsers: BrowserSignIns;
  readonly applications: SamlApplications;
  readonly pending: PendingSignOns;
  readonly sessions: SessionApps;
  readonly chains: LogoutChains;
  readonly chainCookie: ChainCookie;
  /** When the metadata of an application were last asked for, by its id. Ms since the epoch. */
  readonly refreshTried: BoundedCache<string, number>;
  /** 32 bytes: the key of pairwise identifiers. */
  readonly secret: Buffer;
}
