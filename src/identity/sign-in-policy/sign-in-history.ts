import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { rememberFirstUse } from '../own-browsers/own-browsers.ts';
import type { Place } from './places.ts';
import { siteOf } from './site-of.ts';

/** Where a sign-in comes from. */
export interface SignInOrigin {
  readonly subject: string;
  readonly ip: string;
  /** The id that the browser keeps. */
  readonly device: string;
  /** The language of the pages, by its tag. */
  readonly language?: string | undefined;
}

/** A sign-in that is complete, and when (ms since the epoch). */
export interface CompletedSignIn extends SignInOrigin {
  readonly at: number;
}

/** Where a person last signed in. */
export interface LastPlace extends Place {
  /** ms since the epoch. */
  readonly at: number;
}

/** From where people have signed in before. Kept for 90 days, and lost with the ephemeral store: then everything is new again. */
export interface SignInHistory {
  hasUsedDevice(origin: SignInOrigin): Promise<boolean>;
  hasUsedNetwork(origin: SignInOrigin): Promise<boolean>;
  lastPlace(subject: string): Promise<LastPlace | undefined>;
  /** The language in which a person last signed in. */
  lastLanguage(subject: string): Promise<string | undefined>;
  /** Call this once a sign-in is complete. Reads nothing. */
  remember(origin: CompletedSignIn, place: LastPlace | undefined): Promise<void>;
}

const deviceKey = ({ subject, device }: SignInOrigin): string =>
  EPHEMERAL_KEYS.usedDevice.of(hashedId(subject), hashedId(device));
const networkKey = ({ subject, ip }: SignInOrigin): string =>
  EPHEMERAL_KEYS.usedNetwork.of(hashedId(subject), siteOf(ip));
const languageKey = (subject: string): string => EPHEMERAL_KEYS.lastLanguage.of(hashedId(subject));
const placeKey = (subject: string): string => EPHEMERAL_KEYS.lastPlace.of(hashedId(subject));

export function openSignInHistory(ephemeral: Ephemeral, sealer: Sealer): SignInHistory {
  const has = async (key: string): Promise<boolean> => (await ephemeral.get(key)) !== undefined;
  return {
    hasUsedDevice: (origin) => has(deviceKey(origin)),
    hasUsedNetwork: (origin) => has(networkKey(origin)),
    async lastPlace(subject) {
      const key = placeKey(subject);
      const sealed = await ephemeral.get(key);
      if (sealed === undefined) return undefined;
      return JSON.parse(Buffer.from(sealer.open(sealed, key)).toString('utf8')) as LastPlace;
    },
    lastLanguage: (subject) => ephemeral.get(languageKey(subject)),
    async remember(origin, place) {
      const { usedDevice, usedNetwork, lastLanguage, lastPlace } = EPHEMERAL_KEYS;
      const key = placeKey(origin.subject);
      await Promise.all([
        ephemeral.set(deviceKey(origin), '1', usedDevice.lifetime),
        rememberFirstUse(ephemeral, origin, origin.at),
        ephemeral.set(networkKey(origin), '1', usedNetwork.lifetime),
        origin.language === undefined
          ? undefined
          : ephemeral.set(languageKey(origin.subject), origin.language, lastLanguage.lifetime),
        place && ephemeral.set(key, sealer.seal(Buffer.from(JSON.stringify(place)), key), lastPlace.lifetime),
      ]);
    },
  };
}
