import * as z from 'zod';
import { PROFILE_ATTRIBUTES } from '../../identity/documents/users/profile.ts';
import { assertedTagsFault } from '../../identity/sessions/session-tags.ts';
import { compileLoginCondition } from '../provisioning/login-condition.ts';

const claims = () => z.array(z.string('must be a text').min(1, 'must not be empty'), 'must be a list');

const groupRuleShape = z.strictObject({
  value: z.string().min(1).describe('A value of the claim.'),
  group: z.string().min(1).max(128).describe('The IAM group that it gives.'),
});

/** AWS's limit is 50, but these are in every token of the login. */
export const MOST_TAG_RULES = 10;

const tagRuleShape = z
  .strictObject({
    claim: z.string().min(1).describe('The claim with the value: a text, a number or a truth value.'),
    key: z
      .string()
      .superRefine((key, context) => {
        const fault = assertedTagsFault({ tags: [{ key, value: '' }], transitiveTagKeys: [] });
        if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      })
      .describe('The key of the session tag.'),
    default: z.string().optional().describe('The value if the claim is absent. Default: no tag then.'),
  })
  .superRefine(({ key, default: value }, context) => {
    const fault =
      value === undefined ? undefined : assertedTagsFault({ tags: [{ key, value }], transitiveTagKeys: [] });
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['default'], message: fault });
  });

/** `name` comes by the claims of the display name. */
export const MAPPED_ATTRIBUTES = PROFILE_ATTRIBUTES.filter((attribute) => attribute !== 'name');

const profileRuleShape = z.strictObject({
  attribute: z.enum(MAPPED_ATTRIBUTES).describe('The attribute of the profile.'),
  claim: z.string().min(1).describe('The claim with its value, a text.'),
});

/** What a sign-in must meet, and what it gives. */
export const rulesShape = z.strictObject({
  condition: z
    .record(z.string(), z.unknown(), 'must be an object, as in a policy')
    .superRefine((condition, context) => {
      try {
        compileLoginCondition(JSON.stringify(condition));
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    })
    .optional()
    .describe(
      'Who may sign in: the `Condition` of a policy, over the keys `login:<claim>`, `login:subject` and `login:connector`. Default: everyone whom the provider knows.',
    ),
  userName: claims()
    .optional()
    .describe(
      'Claims that may name the user; the first with a value is used. Default: that of the preset. Then the part of the e-mail address before the @.',
    ),
  displayName: claims().optional().describe('Claims that may hold the display name. Default: `name`.'),
  email: claims().optional().describe('Claims that may hold the e-mail address. Default: `email`.'),
  groups: z
    .strictObject({
      claim: z
        .string()
        .min(1)
        .optional()
        .describe('The claim that lists the person’s groups, such as `realm_access.roles`. Default: by preset.'),
      map: z
        .array(groupRuleShape, 'must be a list')
        .default([])
        .describe('Which value gives which IAM group: `{"value": "…", "group": "…"}`. Other values give none.'),
      always: z.array(z.string().min(1).max(128), 'must be a list').default([]).describe('IAM groups for everyone.'),
    })
    .prefault({}),
  profile: z
    .array(profileRuleShape, 'must be a list')
    .refine(
      (rules) => new Set(rules.map(({ attribute }) => attribute)).size === rules.length,
      'must name each attribute once',
    )
    .optional()
    .describe(
      'Which claims give attributes of the [profile](profiles.md): `{"attribute": "given_name", "claim": "…"}`. Users cannot change these here. Values that cannot be such an attribute are left out.',
    ),
  tags: z
    .array(tagRuleShape, 'must be a list')
    .max(MOST_TAG_RULES, `must have at most ${MOST_TAG_RULES} rules`)
    .refine(
      (rules) => new Set(rules.map(({ key }) => key.toLowerCase())).size === rules.length,
      'must name each key once',
    )
    .optional()
    .describe(
      'Which claims become session tags of a login (`aws:PrincipalTag/<key>`): `{"claim": "…", "key": "…"}`. Tags of the user itself come first.',
    ),
});
