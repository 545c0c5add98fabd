import { hash } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../../kernel/random.ts';
import { decrypt, type Encryption, encrypt } from '../../keys/authenticated-encryption.ts';
import type { MachineOrigin, PersonOrigin } from '../library/exchange/exchanged-tokens.ts';

/** The claim of access tokens that holds the mark. */
export const ORIGIN_CLAIM = 'origin_mark';

const loginOriginShape = z
  .object({
    link: z.string(),
    generation: z.number(),
    session: z.string().exactOptional(),
    at: z.number(),
    endsAt: z.number().exactOptional(),
    tags: z.array(z.object({ key: z.string(), value: z.string() })).exactOptional(),
    connector: z.string().exactOptional(),
    strength: z.literal('phr').exactOptional(),
    strengthAt: z.number().exactOptional(),
  })
  .optional();
const issuedShape = z
  .array(z.tuple([z.string(), z.number()]).rest(z.string()))
  .transform((list) => list.map(([clientId, iat, permittedFor]) => ({ clientId, iat, permittedFor })));
const personShape = z.object({
  s: z.string(),
  g: z.string().optional(),
  u: z.string().optional(),
  l: z.object({
    n: z.number().optional(),
    o: loginOriginShape,
    t: z.number().optional(),
    m: z.array(z.string()).optional(),
    a: z.string().optional(),
  }),
  i: issuedShape,
});
// Strict, so that a person's mark that cannot be read is not taken for a machine's.
const markShape = z.union([personShape, z.strictObject({ i: issuedShape })]);

type MarkedOrigin = PersonOrigin | MachineOrigin;

/**
 * Signed access tokens are not stored, and do not say which grant and login they came from. A mark tells this server, and nobody else: it is
 * encrypted, because the service that gets the token must not learn the ids of the person, the grant and the session.
 */
export interface OriginMarks {
  /** @param jti the id of the token, which the mark is bound to. */
  make(jti: string, origin: MarkedOrigin): string;
  /** `undefined` if the mark was not made here for this token. */
  read(jti: string, mark: unknown): MarkedOrigin | undefined;
}

export function originMarks(secret: Buffer, random: Random): OriginMarks {
  const key = hash('sha256', secret, 'buffer');
  const encryption = (jti: string): Encryption => ({ key, context: `origin ${jti}` });
  return {
    make: (jti, origin) =>
      encrypt(Buffer.from(JSON.stringify(written(origin))), encryption(jti), random).toString('base64url'),
    read(jti, mark) {
      if (typeof mark !== 'string') return undefined;
      try {
        return read(
          markShape.parse(JSON.parse(decrypt(Buffer.from(mark, 'base64url'), encryption(jti)).toString('utf8'))),
        );
      } catch {
        return undefined;
      }
    },
  };
}

/** In short names: services get it with every request. */
function written(origin: MarkedOrigin): z.input<typeof markShape> {
  const i = origin.issued.map(({ clientId, iat, permittedFor: next }): [string, number, ...string[]] =>
    next === undefined ? [clientId, iat] : [clientId, iat, next],
  );
  if (origin.kind === 'machine') return { i };
  const { subject: s, grantId: g, sessionUid: u, login } = origin;
  const l = { n: login.generation, o: login.origin, t: login.time, m: login.methods, a: login.acr };
  return { s, g, u, l, i } as z.input<typeof personShape>;
}

function read(mark: z.output<typeof markShape>): MarkedOrigin {
  if (!('s' in mark)) return { kind: 'machine', issued: mark.i };
  const { s: subject, g: grantId, u: sessionUid, l, i: issued } = mark;
  const login = { generation: l.n, origin: l.o, time: l.t, methods: l.m, acr: l.a };
  return { kind: 'person', subject, login, grantId, sessionUid, issued };
}
