import * as z from 'zod';
import { LONGEST_PROOF_AGE, SHORTEST_PROOF_AGE } from '../../identity/connectors/proof-ages.ts';
import type { ConnectorKindName } from '../../identity/documents/connector.ts';
import { iconShape } from '../../identity/rules/icon.ts';

import type { SettingsOrigin } from './connector-kind.ts';
import { domainsShape } from './given-domains.ts';
import { DEFAULT_KIND, KIND_NAMES, kindNamed } from './kinds.ts';
import { rulesShape } from './rules-shape.ts';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const KINDS_LISTED = KIND_NAMES.join(', ');

/** The settings that connectors of every kind have. */
const commonFields = {
  name: z
    .string('is needed, and must be a text')
    .regex(NAME, 'must be 1 to 63 lower-case letters, digits and hyphens')
    .describe(
      'The name: 1 to 63 lower-case letters, digits and hyphens. The redirect URI is `<public URL>/federation/<name>/callback`.',
    ),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'must have 12 digits')
    .optional()
    .describe('The account whose users sign in. Default: the first account.'),
  displayName: z.string().min(1).max(64).optional().describe('What the button says. Default: by preset.'),
  icon: iconShape
    .describe('The icon of the button: a PNG, WebP or SVG image as a `data:` URL in base64. Default: none.')
    .optional(),
  domains: domainsShape()
    .default([])
    .describe(
      'E-mail domains of the people of this provider. Typing such an address leads to it, and only such addresses count as verified.',
    ),
  hasButton: z.boolean().default(true).describe('Whether the sign-in page shows a button for it.'),
  enabled: z.boolean().default(true).describe('Whether people may sign in through it.'),
  provisioning: z
    .enum(['just-in-time', 'linked-only'], 'must be just-in-time or linked-only')
    .default('just-in-time')
    .describe(
      'Whether a first sign-in creates a user (`just-in-time`), or only logins that are linked to a user are accepted (`linked-only`).',
    ),
  maxProofAge: z
    .int('must be a whole number of seconds')
    .min(SHORTEST_PROOF_AGE, `must be at least ${SHORTEST_PROOF_AGE} seconds`)
    .max(LONGEST_PROOF_AGE, `must be at most ${LONGEST_PROOF_AGE} seconds`)
    .optional()
    .describe(
      'How old a login may be, in seconds, before refresh tokens and browser sessions that came from it need a new one. Default: 1209600 (14 days).',
    ),
  rules: rulesShape.prefault({}),
};

/** The settings of a connector in the names of the configuration file: the common ones, and beside them those of its kind. */
export type GivenConnector = z.output<z.ZodObject<typeof commonFields>> & {
  readonly kind?: ConnectorKindName | undefined;
};

/** Whether only the configuration file may give a setting. */
function isOfFileOnly(field: string): boolean {
  return field === 'accountId' || field.endsWith('File');
}

function shapeOfKind(name: ConnectorKindName, origin: SettingsOrigin) {
  const kind = kindNamed(name);
  const fields: z.ZodRawShape = { ...commonFields, ...kind.fields };
  const allowed = Object.entries(fields).filter(([field]) => origin === 'file' || !isOfFileOnly(field));
  return z.strictObject(Object.fromEntries(allowed)).superRefine((given, context) => {
    for (const [field, message] of kind.problems(given, origin)) {
      context.addIssue({ code: 'custom', message, path: [field] });
    }
  });
}

function shapeOfAllKinds(origin: SettingsOrigin): z.ZodType<GivenConnector> {
  const [first, ...others] = KIND_NAMES.map((name) => shapeOfKind(name, origin));
  const list = [first as NonNullable<typeof first>, ...others] as const;
  return z.discriminatedUnion('kind', list, `must be one of ${KINDS_LISTED}`) as unknown as z.ZodType<GivenConnector>;
}

/** A connector as the API gives it: the same settings, but nothing that names a file or an account. */
export const givenConnectorShape = shapeOfAllKinds('api');

/** The kind of a connector. Configuration files that predate the setting have only the default. */
export function kindOfGiven({ kind = DEFAULT_KIND }: GivenConnector): ConnectorKindName {
  return kind;
}

/** The connectors of the configuration file. Names are there once, and so are domains. */
export const connectorListShape = z.array(shapeOfAllKinds('file'), 'must be a list').superRefine((list, context) => {
  const refuseRepeats = (field: 'name' | 'domains'): void => {
    const seen = new Set<string>();
    for (const [index, connector] of list.entries()) {
      for (const value of [connector[field]].flat()) {
        if (seen.has(value)) {
          context.addIssue({ code: 'custom', message: `${value} is listed twice`, path: [index, field] });
        }
        seen.add(value);
      }
    }
  };
  refuseRepeats('name');
  refuseRepeats('domains');
});
