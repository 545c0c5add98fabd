import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import type { LoginStamp } from '../credentials/login-generation.ts';
import type { SignInFacts } from '../credentials/sign-in-facts.ts';
import { STRENGTHS } from '../credentials/strength.ts';
import type { DelegationStamp, SessionFacts } from './caller.ts';
import { callerOf, type SessionIdentity } from './session-identity.ts';

/**
 * The claims of a session token (docs/session-tokens.md). `pk` packs the parts that can be long (session policies, tags, claims of a
 * federated login): JSON, deflated (RFC 1951), base64url.
 */
const claimsShape = z.object({
  iss: z.string(),
  sub: z.string(),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  acct: z.string(),
  /** `Delegated`: that of `dlg`. A name of its own, so that who knows nothing of delegation does not take it for the approver's session. */
  ptype: z.enum(['Account', 'User', 'AssumedRole', 'FederatedUser', 'Delegated']),
  uid: z.string().optional(),
  name: z.string().optional(),
  path: z.string().optional(),
  sname: z.string().optional(),
  mfa: z.number().optional(),
  src: z.string().optional(),
  idp: z.string().optional(),
  /** Subject and generation of the login at this server; the session ends with it. */
  lgn: z.tuple([z.string(), z.number()]).optional(),
  /** The outside login that it came from: link, generation of the link, time, and the provider's session if it named one. */
  lgo: z.tuple([z.string(), z.number(), z.number()], z.string()).optional(),
  /** When the provider's session ends, in ms. */
  lge: z.number().optional(),
  /** How strong that login was, when its factors were shown, and the name of its connector. */
  sin: z.object({ s: z.enum(STRENGTHS), t: z.number().optional(), c: z.string().optional() }).optional(),
  /** Unique id of the user whose access key the session comes from, and how many times that user had been disabled. */
  usr: z.tuple([z.string(), z.number()]).optional(),
  /** Id of the delegation request, the account that asked, when it was approved, and whose session it is. */
  dlg: z
    .tuple([z.string(), z.string(), z.number(), z.enum(['Account', 'User', 'AssumedRole', 'FederatedUser'])])
    .optional(),
  /** Whether temporary credentials opened the role session. */
  chn: z.literal(1).optional(),
  /** The other accounts whose sessions or tokens the session was opened with. */
  thr: z.array(z.string()).optional(),
  /** For a root user's session of `AssumeRoot`: the organization and the account that opened it. */
  art: z.tuple([z.string(), z.string()]).optional(),
  pk: z.string().optional(),
});
export type SessionClaims = z.infer<typeof claimsShape>;

const packedShape = z.object({
  tags: z.array(z.tuple([z.string(), z.string()])).optional(),
  transitive: z.array(z.string()).optional(),
  policies: z.array(z.string()).optional(),
  policyArns: z.array(z.string()).optional(),
  policyIds: z.array(z.string()).optional(),
  claims: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
});
type Packed = z.infer<typeof packedShape>;

/** Limit of the packed part, in bytes after compression, so that every token stays under 4 KiB. */
export const PACKED_LIMIT = 1536;
/** Limit for unpacking the packed part, far above anything that can be packed. */
const UNPACKED_LIMIT = 65_536;

/** The part of a session that is packed. */
export type Packable = Pick<
  SessionFacts,
  'tags' | 'transitiveTagKeys' | 'sessionPolicies' | 'sessionPolicyArns' | 'sessionPolicyIds' | 'federatedClaims'
>;

/** Packs the part of a session that can be long; `undefined` if there is nothing to pack. */
export function pack(session: Packable): Buffer | undefined {
  const { tags, transitiveTagKeys, sessionPolicies, sessionPolicyArns, federatedClaims } = session;
  const lists = tags.length + transitiveTagKeys.length + sessionPolicies.length + sessionPolicyArns.length;
  if (lists === 0 && federatedClaims === undefined) return undefined;
  const packed: Packed = {};
  if (tags.length > 0) packed.tags = tags.map((tag) => [tag.key, tag.value]);
  if (transitiveTagKeys.length > 0) packed.transitive = [...transitiveTagKeys];
  if (sessionPolicies.length > 0) packed.policies = [...sessionPolicies];
  if (sessionPolicyArns.length > 0) {
    packed.policyArns = [...sessionPolicyArns];
    if (session.sessionPolicyIds) packed.policyIds = [...session.sessionPolicyIds];
  }
  if (federatedClaims) packed.claims = federatedClaims as NonNullable<Packed['claims']>;
  return deflated(Buffer.from(JSON.stringify(packed)));
}

/** Compressing fewer bytes saves next to none, and takes longer than signing the token. */
const WORTH_COMPRESSING = 256;

/** Bytes as a deflate stream: a single stored block (RFC 1951 §3.2.4) if compressing is not worth it. */
function deflated(bytes: Buffer): Buffer {
  if (bytes.length >= WORTH_COMPRESSING) return deflateRawSync(bytes);
  const head = Buffer.from([1, bytes.length, 0, ~bytes.length & 0xff, 0xff]);
  return Buffer.concat([head, bytes]);
}

/**
 * Encodes a session as claims. JWT times are in seconds (RFC 7519 §2), which is precise enough: sessions begin and end on a whole second.
 */
export function encodeClaims(identity: SessionIdentity, issuer: string): SessionClaims {
  const { session } = identity;
  const claims: SessionClaims = {
    iss: issuer,
    sub: callerOf(identity).arn,
    jti: identity.accessKeyId,
    iat: Math.floor(session.issuedAt / 1000),
    exp: Math.floor(session.expiresAt / 1000),
    acct: identity.accountId,
    ptype: identity.type,
  };
  if (identity.type === 'AssumedRole' || identity.type === 'FederatedUser') claims.sname = identity.sessionName;
  const entity = entityOf(identity);
  if (entity !== undefined) {
    claims.uid = entity.uniqueId;
    claims.name = entity.name;
    claims.path = entity.path;
  }
  if (session.mfaAuthenticatedAt !== undefined) claims.mfa = Math.floor(session.mfaAuthenticatedAt / 1000);
  if (session.sourceIdentity !== undefined) claims.src = session.sourceIdentity;
  if (session.federatedProvider !== undefined) claims.idp = session.federatedProvider;
  if (session.login !== undefined) {
    const { subject, generation, origin } = session.login;
    claims.lgn = [subject, generation];
    if (origin !== undefined) {
      const { link, generation: ofLink, at, session: upstream, endsAt } = origin;
      claims.lgo = [link, ofLink, at, ...(upstream === undefined ? [] : [upstream])];
      if (endsAt !== undefined) claims.lge = endsAt;
    }
  }
  if (session.signIn !== undefined) claims.sin = signInClaim(session.signIn);
  if (session.user !== undefined) claims.usr = [session.user.subject, session.user.timesDisabled];
  if (session.delegation !== undefined) {
    const { requestId, requestorAccountId, acceptedAt } = session.delegation;
    claims.ptype = 'Delegated';
    claims.dlg = [requestId, requestorAccountId, Math.floor(acceptedAt / 1000), identity.type];
  }
  if (session.isChained) claims.chn = 1;
  if (session.through !== undefined) claims.thr = [...session.through];
  const { assumedRoot } = session;
  if (assumedRoot !== undefined) claims.art = [assumedRoot.organizationId, assumedRoot.administratorId];
  const packed = pack(session);
  if (packed !== undefined) claims.pk = packed.toString('base64url');
  return claims;
}

/** The user or role whose policies apply to the session; `undefined` for a root user. */
function entityOf(identity: SessionIdentity): { uniqueId: string; name: string; path: string } | undefined {
  if (identity.type === 'Account') return undefined;
  if (identity.type === 'AssumedRole') {
    return { uniqueId: identity.uniqueId, name: identity.roleName, path: identity.path };
  }
  const user = identity.type === 'User' ? identity : identity.user;
  return user && { uniqueId: user.uniqueId, name: user.userName, path: user.path };
}

/** Decodes the claims of a token whose MAC is valid; `undefined` if this version does not write such claims. */
export function decodeClaims(value: Record<string, unknown>): SessionIdentity | undefined {
  const parsed = claimsShape.safeParse(value);
  if (!parsed.success) return undefined;
  const claims = parsed.data;
  const packed = claims.pk === undefined ? {} : unpack(claims.pk);
  if (packed === undefined) return undefined;
  const session = {
    issuedAt: claims.iat * 1000,
    expiresAt: claims.exp * 1000,
    tags: (packed.tags ?? []).map(([key, value]) => ({ key, value })),
    transitiveTagKeys: packed.transitive ?? [],
    sessionPolicies: packed.policies ?? [],
    sessionPolicyArns: packed.policyArns ?? [],
    ...(packed.policyIds && { sessionPolicyIds: packed.policyIds }),
    ...(claims.mfa !== undefined && { mfaAuthenticatedAt: claims.mfa * 1000 }),
    ...(claims.src !== undefined && { sourceIdentity: claims.src }),
    ...(claims.idp !== undefined && { federatedProvider: claims.idp }),
    ...(packed.claims && { federatedClaims: packed.claims }),
    ...(claims.chn !== undefined && { isChained: true }),
    ...(claims.thr && { through: claims.thr }),
    ...(claims.lgn && { login: loginOf(claims.lgn, claims) }),
    ...(claims.sin && { signIn: signInOf(claims.sin) }),
    ...(claims.dlg && { delegation: delegationOf(claims.dlg) }),
    ...(claims.usr && { user: { subject: claims.usr[0], timesDisabled: claims.usr[1] } }),
    ...(claims.art && { assumedRoot: { organizationId: claims.art[0], administratorId: claims.art[1] } }),
  };
  const common = { accessKeyId: claims.jti, accountId: claims.acct, session };
  const { uid: uniqueId, name, path, sname: sessionName } = claims;
  const type = typeOf(claims);
  if (type === undefined) return undefined;
  if (type === 'Account') return { ...common, type: 'Account' };
  if (type === 'FederatedUser' && sessionName !== undefined && uniqueId === undefined && name === undefined) {
    return { ...common, type: 'FederatedUser', sessionName };
  }
  if (uniqueId === undefined || name === undefined || path === undefined) return undefined;
  if (type === 'User') return { ...common, type: 'User', userName: name, path, uniqueId };
  if (sessionName === undefined) return undefined;
  if (type === 'FederatedUser') {
    return { ...common, type: 'FederatedUser', user: { userName: name, path, uniqueId }, sessionName };
  }
  return { ...common, type: 'AssumedRole', roleName: name, path, uniqueId, sessionName };
}

/** Whose session it is; `undefined` if the claims contradict each other. */
function typeOf({ ptype, dlg }: SessionClaims): SessionIdentity['type'] | undefined {
  if (ptype === 'Delegated') return dlg?.[3];
  return dlg === undefined ? ptype : undefined;
}

function delegationOf([requestId, requestorAccountId, seconds]: NonNullable<SessionClaims['dlg']>): DelegationStamp {
  return { requestId, requestorAccountId, acceptedAt: seconds * 1000 };
}

function signInClaim({ strength, shownAt, connector }: SignInFacts): NonNullable<SessionClaims['sin']> {
  const claim: NonNullable<SessionClaims['sin']> = { s: strength };
  if (shownAt !== undefined) claim.t = Math.floor(shownAt / 1000);
  if (connector !== undefined) claim.c = connector;
  return claim;
}

function signInOf({ s: strength, t, c: connector }: NonNullable<SessionClaims['sin']>): SignInFacts {
  return { strength, ...(t !== undefined && { shownAt: t * 1000 }), ...(connector !== undefined && { connector }) };
}

function loginOf([subject, generation]: [string, number], { lgo: origin, lge: endsAt }: SessionClaims): LoginStamp {
  if (origin === undefined) return { subject, generation };
  const [link, ofLink, at, session] = origin;
  const ended = { ...(session !== undefined && { session }), ...(endsAt !== undefined && { endsAt }) };
  return { subject, generation, origin: { link, generation: ofLink, at, ...ended } };
}

function unpack(text: string): Packed | undefined {
  try {
    const inflated = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: UNPACKED_LIMIT });
    return packedShape.parse(JSON.parse(inflated.toString('utf8')));
  } catch {
    return undefined;
  }
}
