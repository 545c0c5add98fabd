import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STYLE } from '../../../src/http/style.ts';
import { BACKGROUNDS, brandColors, contrast, LEAST_CONTRAST } from '../../../src/identity/branding/brand-colors.ts';

describe('the colours of a brand', () => {
  test.each([
    ['#000000', '#ffffff', 21],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 3.998],
    ['#1d4ed8', '#1d4ed8', 1],
  ])('[WCAG 2.2 contrast ratio] %s on %s has %d', (a, b, ratio) => {
    expect(contrast(a, b)).toBeCloseTo(ratio, 2);
    expect(contrast(b, a)).toBe(contrast(a, b));
  });

  test('[WCAG 2.2 §1.4.3] every colour gives texts that can be read in both schemes, and says the lowest contrast', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
        const color = `#${value.toString(16).padStart(6, '0')}`;
        const colors = brandColors(color);
        for (const scheme of ['light', 'dark'] as const) {
          const { accent, button, buttonText, contrast: lowest } = colors[scheme];
          const shown = [
            contrast(button, buttonText),
            ...BACKGROUNDS[scheme].map((background) => contrast(accent, background)),
          ];
          expect(button).toBe(color);
          expect(accent).toMatch(/^#[0-9a-f]{6}$/);
          expect(Math.min(...shown)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
          expect(Math.min(...shown) - lowest).toBeGreaterThanOrEqual(0);
          expect(Math.min(...shown) - lowest).toBeLessThan(0.011);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a colour that can be read as it is stays as it is, and another is shifted no further than needed', () => {
    expect(brandColors('#1d4ed8').light.accent).toBe('#1d4ed8');
    expect(brandColors('#8ab4ff').dark.accent).toBe('#8ab4ff');
    const { light, dark } = brandColors('#ffd500');
    expect([light.buttonText, dark.buttonText]).toEqual(['#000000', '#000000']);
    expect(dark.accent).toBe('#ffd500');
    expect(contrast(light.accent, '#f4f5f7')).toBeLessThan(LEAST_CONTRAST + 0.4);
  });

  test('the backgrounds are those of the pages', () => {
    const [light = '', dark = ''] = STYLE.split('@media (prefers-color-scheme:dark)');
    const short = (color: string): string => color.replace(/^#(.)\1(.)\2(.)\3$/, '#$1$2$3');
    const declared = (style: string): string[] =>
      ['back', 'card'].map((name) => new RegExp(`--${name}:(#[0-9a-f]+)`).exec(style)?.[1] ?? '');
    expect(declared(light)).toEqual(BACKGROUNDS.light.map(short));
    expect(declared(dark)).toEqual(BACKGROUNDS.dark.map(short));
  });
});
