import { Reader } from 'maxmind';

/** Where an address is, as far as the database knows. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** In degrees. */
  readonly latitude?: number;
  readonly longitude?: number;
}

/** Where addresses are. */
export interface Places {
  find(ip: string): Place;
}

/** The parts of a record that are read; the country of the user if the database distinguishes it from that of the network. */
interface PlaceRecord {
  readonly country?: { readonly iso_code?: unknown };
  readonly registered_country?: { readonly iso_code?: unknown };
  readonly location?: { readonly latitude?: unknown; readonly longitude?: unknown };
}

const ISO_CODE = /^[A-Z]{2}$/;

/** Opens a database in MaxMind's format (MMDB), such as GeoLite2 or DB-IP. @throws {Error} if it cannot be read. */
export function openPlaces(database: Buffer): Places {
  const reader = new Reader<object>(database);
  return {
    find(ip) {
      const { country, registered_country, location } = (reader.get(ip) ?? {}) as PlaceRecord;
      const code = country?.iso_code ?? registered_country?.iso_code;
      const { latitude, longitude } = location ?? {};
      return {
        ...(typeof code === 'string' && ISO_CODE.test(code) && { country: code }),
        ...(typeof latitude === 'number' && typeof longitude === 'number' && { latitude, longitude }),
      };
    },
  };
}

const EARTH_RADIUS = 6371;
const RADIANS = Math.PI / 180;

/** The distance in km; `undefined` if one of the places has no coordinates. */
function distance(from: Place, to: Place): number | undefined {
  if (from.latitude === undefined || from.longitude === undefined) return undefined;
  if (to.latitude === undefined || to.longitude === undefined) return undefined;
  const [a, b] = [from.latitude * RADIANS, to.latitude * RADIANS];
  const across = (to.longitude - from.longitude) * RADIANS;
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(across / 2) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** In km/h; somewhat faster than an airliner. */
const FASTEST = 1000;
/** In km. Databases are not exact, and mobile networks surface far away. */
const NEAR = 300;
const HOUR = 3_600_000;

/** Whether nobody can have travelled between two places in this time, in ms; `undefined` if the places are not known well enough. */
export function isImpossibleTravel(from: Place, to: Place, took: number): boolean | undefined {
  const far = distance(from, to);
  if (far === undefined) return undefined;
  return far > NEAR && far > (FASTEST * Math.max(0, took)) / HOUR;
}
