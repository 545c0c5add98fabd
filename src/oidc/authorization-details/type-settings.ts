import * as z from 'zod';
import { resourceAddress } from '../../identity/applications/oidc/client-uris.ts';
import { labelShape, words } from './labels.ts';

const MEMBER_NAME = /^[A-Za-z][\w.-]{0,63}$/;
const names = () =>
  z
    .string()
    .regex(MEMBER_NAME, 'must begin with a letter, and have at most 64 letters, digits, dots, dashes and underscores')
    .refine((name) => name !== 'type', 'must not be `type`, which is always there');

const simple = {
  label: labelShape(64).describe('What the consent page calls it: a text, or one for each language.'),
  required: z.boolean().default(false).describe('Whether it must be there.'),
  values: z.array(words(256)).min(1).optional().describe('The only values of a `text` or of the items of a `list`.'),
};

const simpleMember = z.strictObject({
  ...simple,
  kind: z.enum(['text', 'number', 'boolean', 'list']).describe('What its value is; a `list` is one of texts.'),
});

const memberShape = z.strictObject({
  ...simple,
  kind: z.enum(['text', 'number', 'boolean', 'list', 'object']).describe('As above, or an `object` with members.'),
  members: z.record(names(), simpleMember).optional().describe('The members of an `object`.'),
});

/** A type of authorization details (RFC 9396 §2), as an administrator registers it. */
export const detailTypeShape = z.strictObject({
  type: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must have 1 to 128 visible ASCII characters')
    .describe('Its identifier.'),
  label: labelShape(128).describe(
    'What the consent page calls it: a text, or an object with one for each language (`en`, which it must have, `de`, `fr`, `es`, `ja`).',
  ),
  resource: resourceAddress().describe('The service that it is for. Tokens for other services do not have it.'),
  members: z.record(names(), memberShape).describe('What it may have besides `type`. Anything else is refused.'),
});
export type DetailType = z.output<typeof detailTypeShape>;
export type DetailMember = DetailType['members'][string];
