/** What the pages are coloured with in one colour scheme. All are `#rrggbb`. */
export interface BrandPalette {
  /** Links, borders and focus. */
  readonly accent: string;
  readonly button: string;
  readonly buttonText: string;
}

/** The palette of both colour schemes, with the lowest contrast that occurs in each (WCAG 2.2, 1 to 21). */
export interface BrandColors {
  readonly light: BrandPalette & { readonly contrast: number };
  readonly dark: BrandPalette & { readonly contrast: number };
}

/** The lowest contrast of text (WCAG 2.2, 1.4.3 level AA). */
export const LEAST_CONTRAST = 4.5;

/** What the accent is seen on: the page's background and its card, in `http/style.ts`. */
export const BACKGROUNDS = { light: ['#f4f5f7', '#ffffff'], dark: ['#14161a', '#1e2127'] } as const;

/** The finest that a colour is shifted by. */
const STEPS = 64;

/**
 * Derives the palette from one colour. Buttons have the colour itself, with black or white text: one of them always has a contrast of 4.58
 * or more. Links and borders are darkened or lightened until they can be read on every background of the scheme.
 */
export function brandColors(color: string): BrandColors {
  const onBlack = contrast(color, '#000000');
  const onWhite = contrast(color, '#ffffff');
  const buttonText = onWhite >= onBlack ? '#ffffff' : '#000000';
  const text = Math.max(onBlack, onWhite);
  const of = (scheme: keyof typeof BACKGROUNDS, towards: string) => {
    const accent = legible(color, towards, BACKGROUNDS[scheme]);
    const lowest = Math.min(text, leastContrast(accent, BACKGROUNDS[scheme]));
    return { accent, button: color, buttonText, contrast: Math.floor(lowest * 100) / 100 };
  };
  return { light: of('light', '#000000'), dark: of('dark', '#ffffff') };
}

/** The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function leastContrast(color: string, backgrounds: readonly string[]): number {
  return Math.min(...backgrounds.map((background) => contrast(color, background)));
}

function legible(color: string, towards: string, backgrounds: readonly string[]): string {
  for (let step = 0; step < STEPS; step++) {
    const shifted = mix(color, towards, step / STEPS);
    if (leastContrast(shifted, backgrounds) >= LEAST_CONTRAST) return shifted;
  }
  return towards;
}

function channels(color: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function mix(color: string, other: string, share: number): string {
  const towards = channels(other);
  const mixed = channels(color).map((value, i) => Math.round(value + ((towards[i] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
