import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../../kernel/random.ts';
import { decrypt, type Encryption, encrypt } from '../../keys/authenticated-encryption.ts';
import type { LoginStamp } from './login-generation.ts';
import type { LoginOrigin } from './login-origin.ts';

/** The ID token claim that holds the mark of the login. */
export const LOGIN_CLAIM = 'lgn';

/** The purpose under which the secret for marks is derived. */
export const LOGIN_SECRET = 'login-marks';

/** Marks identify logins without telling apps whose they are, how many came before, or where the person signed in. */
export interface LoginMarks {
  make(login: LoginStamp): string;
  /** The login that a mark stands for; `undefined` if it is not one of this person and generation. */
  read(mark: string, person: Omit<LoginStamp, 'origin'>): LoginStamp | undefined;
}

const originShape = z.object({
  link: z.string(),
  generation: z.number(),
  session: z.string().optional(),
  at: z.number(),
  endsAt: z.number().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  connector: z.string().optional(),
  strength: z.literal('phr').optional(),
  strengthAt: z.number().optional(),
});

/** The mark of a login by password is a MAC. That of an outside login is followed by its origin, encrypted. */
export function loginMarks(secret: Buffer, random: Random): LoginMarks {
  const macOf = ({ subject, generation }: Omit<LoginStamp, 'origin'>): string =>
    createHmac('sha256', secret).update(`${subject}\n${generation}`).digest('base64url').slice(0, 22);
  const key = createHmac('sha256', secret).update('origin').digest();
  const encryption = (mac: string): Encryption => ({ key, context: mac });

  return {
    make({ origin, ...login }) {
      const mac = macOf(login);
      if (origin === undefined) return mac;
      return `${mac}.${encrypt(Buffer.from(JSON.stringify(origin)), encryption(mac), random).toString('base64url')}`;
    },
    read(mark, { subject, generation }) {
      const [mac = '', sealed] = mark.split('.');
      if (!isSame(mac, macOf({ subject, generation }))) return undefined;
      if (sealed === undefined) return { subject, generation };
      const origin = openOrigin(sealed, encryption(mac));
      return origin && { subject, generation, origin };
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function openOrigin(sealed: string, encryption: Encryption): LoginOrigin | undefined {
  try {
    const { session, endsAt, tags, connector, strength, strengthAt, ...origin } = originShape.parse(
      JSON.parse(decrypt(Buffer.from(sealed, 'base64url'), encryption).toString('utf8')),
    );
    return {
      ...origin,
      ...(session !== undefined && { session }),
      ...(endsAt !== undefined && { endsAt }),
      ...(tags !== undefined && { tags }),
      ...(connector !== undefined && { connector }),
      ...(strength !== undefined && { strength }),
      ...(strengthAt !== undefined && { strengthAt }),
    };
  } catch {
    return undefined;
  }
}
