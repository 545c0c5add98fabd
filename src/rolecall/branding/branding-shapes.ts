import type { Target } from '../../authorize/target.ts';
import { brandColors } from '../../identity/branding/brand-colors.ts';
import { logoPath } from '../../identity/branding/logo-path.ts';
import { LARGEST_LOGO } from '../../identity/branding/read-logo.ts';
import type { StoredBranding } from '../../identity/documents/account.ts';
import { errorTable } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared, DeclaredError } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { blob, integer, optional, required, structure, text, timestamp } = shape;

const ROWS = errorTable({ NoSuchBrandingException: { status: 404, recorded: true } });

/** The errors of the operations on branding. */
export const BRANDING_ERRORS = {
  NoSuchBranding: { ...ROWS.NoSuchBrandingException, documentation: 'The account has no branding.' },
} as const satisfies Record<string, DeclaredError>;

export const DISPLAY_NAME = text('BrandName', {
  length: [1, 64],
  // No control characters, no line breaks, and none that change the direction of text.
  pattern: String.raw`(?=.*\S)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+`,
  audited: true,
});
export const COLOR = text('BrandColor', { pattern: '#[0-9A-Fa-f]{6}', audited: true, documentation: 'As `#rrggbb`.' });
export const LOGO = blob('BrandLogo', {
  length: [1, LARGEST_LOGO],
  documentation: 'A PNG, JPEG or WebP image, at most 2048 pixels wide and high.',
});

const FACT = text('BrandFact');
const PIXELS = integer('BrandPixels');

const PALETTE = structure(
  'BrandPalette',
  {
    Accent: required(FACT, 'Of links, borders and the focus.'),
    Button: required(FACT, 'Of buttons.'),
    ButtonText: required(FACT, 'Of the text on buttons.'),
    Contrast: required(
      FACT,
      'The lowest contrast of these texts (WCAG 2.2, 1 to 21), such as `5.74`. Always 4.5 or more.',
    ),
  },
  { documentation: 'The colours of the pages in one colour scheme.' },
);

export const STORED_BRANDING = {
  DisplayName: required(DISPLAY_NAME, 'The name on the pages and in mails.'),
  PrimaryColor: optional(COLOR, 'The colour that was set.'),
  Light: optional(PALETTE, 'What is made of the colour for people who prefer light pages.'),
  Dark: optional(PALETTE, 'The same for dark pages.'),
  Logo: optional(
    structure('ShownBrandLogo', {
      Url: required(FACT, 'Where the image can be loaded from. Another image gets another address.'),
      MediaType: required(FACT, '`image/png`, `image/jpeg` or `image/webp`.'),
      Width: required(PIXELS, 'In pixels.'),
      Height: required(PIXELS, 'In pixels.'),
    }),
    'The logo.',
  ),
  UpdatedAt: required(timestamp('BrandingUpdatedAt'), 'When the branding was set.'),
};

/** A branding as the operations return it. */
export function shownBranding(
  { displayName, color, logo, updatedAt }: StoredBranding,
  { accountId, publicUrl }: { readonly accountId: string; readonly publicUrl: string },
): StructureOf<typeof STORED_BRANDING> {
  const colors = color === undefined ? undefined : brandColors(color);
  return {
    DisplayName: displayName,
    PrimaryColor: color,
    Light: colors && palette(colors.light),
    Dark: colors && palette(colors.dark),
    Logo: logo && {
      Url: publicUrl + logoPath(accountId, logo.logoId),
      MediaType: logo.type,
      Width: logo.width,
      Height: logo.height,
    },
    UpdatedAt: new Date(updatedAt),
  };
}

function palette({ accent, button, buttonText, contrast }: ReturnType<typeof brandColors>['light']) {
  return { Accent: accent, Button: button, ButtonText: buttonText, Contrast: contrast.toFixed(2) };
}

/** The branding of an account, as what permissions are checked on. */
export function brandingTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  return { action: actionOf(schema), resource: rolecallArn(accountId, 'branding'), resourceAccountId: accountId };
}
