import { LONGEST_SIDE, readLogo } from '../../identity/branding/read-logo.ts';
import { type Logo, setBranding } from '../../identity/branding/set-branding.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { brandingTarget, COLOR, DISPLAY_NAME, LOGO, STORED_BRANDING, shownBranding } from './branding-shapes.ts';

/** Sets the name, colour and logo of the caller's account. */
export const PutAccountBranding = declareOperation({
  name: 'PutAccountBranding',
  documentation:
    'Sets the name, the colour and the logo under which the pages of the account are shown, in the place of former ones: what is left out is removed. They are public (docs/branding.md). The permission is checked on `arn:aws:rolecall::<account>:branding`.',
  readOnly: false,
  input: {
    DisplayName: shape.required(DISPLAY_NAME, 'The name on the pages and in mails.'),
    // `--color` is an option of the AWS CLI itself.
    PrimaryColor: shape.optional(
      COLOR,
      'The colour of buttons. The colour of their text and of links is derived from it, so that both can be read on light and on dark pages.',
    ),
    Logo: shape.optional(LOGO, 'The logo, shown beside the name. SVG is not accepted.'),
  },
  output: STORED_BRANDING,
});

export function putAccountBrandingOperation({
  store,
  clock,
  random,
  server,
}: Pick<RolecallDependencies, 'store' | 'clock' | 'random' | 'server'>) {
  return declaredOperation(PutAccountBranding, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [brandingTarget(PutAccountBranding, accountId)], subject: undefined };
    },
    async handle({ DisplayName, PrimaryColor, Logo }, { caller: { accountId } }) {
      const branding = await setBranding({ store, clock, random }, accountId, {
        displayName: DisplayName.trim(),
        color: PrimaryColor?.toLowerCase(),
        logo: Logo && givenLogo(Buffer.from(Logo)),
      });
      if (branding === undefined) throw new Error(`there is no account ${accountId}`);
      return shownBranding(branding, { accountId, publicUrl: server.PublicUrl });
    },
  });
}

/** @throws {ServiceError} ValidationError */
function givenLogo(bytes: Buffer): Logo {
  const facts = readLogo(bytes);
  if (facts === undefined) throw refused('must be a PNG, JPEG or WebP image');
  const { width, height } = facts;
  if (width < 1 || height < 1 || width > LONGEST_SIDE || height > LONGEST_SIDE)
    throw refused(`must be at most ${LONGEST_SIDE} pixels wide and high, but is ${width} by ${height}`);
  return { bytes, facts };
}

function refused(why: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: Logo: ${why}`);
}
