import * as z from 'zod';
import { CLAIM_TARGETS, type MappedClaim } from '../../documents/applications/claim.ts';
import { line, mappingFields, mappingProblem } from '../mapping/mapping-settings.ts';

/**
 * Claims with a meaning that this server, or the protocol, gives them: nobody who may only change an application may say something else by
 * them (RFC 7519 §4.1, RFC 9068 §2.2, OpenID Connect Core 1.0 §2 and §5, RFC 8693 §4, RFC 7800, RFC 9396 §9). So are
 * their names in another case, which condition keys of trust policies ignore: `Groups` would be `<issuer>:groups` of a token without that claim.
 */
const RESERVED: ReadonlySet<string> = new Set(
  [
    'iss sub aud exp nbf iat jti typ azp nonce acr amr auth_time at_hash c_hash s_hash sid sub_jwk cnf act may_act',
    'scope client_id authorization_details active token_type username events toe txn trust_framework verified_claims',
    '_claim_names _claim_sources __proto__ constructor prototype',
    'account_id arn name preferred_username email email_verified phone_number phone_number_verified groups',
  ].flatMap((words) => words.split(' ')),
);
/** Claims that AWS and this server make session tags of. */
const OF_AWS = /^https:\/\/aws\.amazon\.com(?:\/|$)/i;

const claimName = () =>
  line(128)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must have visible ASCII characters only')
    .refine(
      (name) => !RESERVED.has(name.toLowerCase()) && !OF_AWS.test(name),
      'has a meaning that cannot be replaced: choose another name',
    );

const claimShape = z
  .strictObject({
    name: claimName(),
    values: mappingFields.values,
    for_groups: mappingFields.forGroups,
    list: z.boolean('must be true or false').default(false),
    separator: z.string('must be a text').max(8, 'must have at most 8 characters').optional(),
    in: z
      .array(z.enum(CLAIM_TARGETS, `must be one of ${CLAIM_TARGETS.join(', ')}`), 'must be a list')
      .min(1, 'must not be empty')
      .default(['id_token', 'userinfo']),
  })
  .superRefine(({ values, for_groups: forGroups, list, separator }, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] });
    const problem = mappingProblem({ values, forGroups });
    if (problem !== undefined) refuse('values', problem);
    if (list && separator !== undefined) refuse('separator', 'cannot be combined with list');
    const templates = [...values, ...(forGroups ?? []).flatMap((each) => each.values)];
    if (!list && separator === undefined && templates.some((each) => each.includes(`\${user:groups}`))) {
      refuse('list', `must be true, or separator be given, as \${user:groups} has several values`);
    }
  });
type GivenClaim = z.output<typeof claimShape>;

/** The claims of a client. */
export const claimListShape = z
  .array(claimShape, 'must be a list')
  .max(50, 'must have at most 50 claims')
  .superRefine((claims, context) => {
    for (const [index, { name }] of claims.entries()) {
      if (claims.findIndex((each) => each.name === name) < index) {
        context.addIssue({ code: 'custom', message: 'is there twice', path: [index, 'name'] });
      }
    }
  });

export function storedClaims(claims: readonly GivenClaim[]): MappedClaim[] {
  return claims.map(({ name, values, for_groups: forGroups = [], list, separator, in: targets }) => ({
    name,
    values,
    ...(forGroups.length > 0 && { forGroups }),
    isList: list,
    ...(separator !== undefined && { separator }),
    targets: CLAIM_TARGETS.filter((target) => targets.includes(target)),
  }));
}
