import { expect } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { picture } from './openid-scene.ts';

/** How a page is looked at: nothing of it is cut off, and axe finds nothing serious about it. */

const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'] as const;

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds serious or critical. @param rules all by default. */
export async function findings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>(
    `axe.run(${JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })})`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

export const isCutOff = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

/** Looks at the page that the browser shows, at each width and in each colour scheme. @param hidden what no picture may show. */
export async function lookAt(page: Page, name: string, hidden?: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  expect([name, await findings(page)]).toEqual([name, []]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect([name, await findings(page, ['color-contrast'])]).toEqual([name, []]);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `page-${name}-${width}-${colorScheme}`, hidden);
      expect([name, width, await isCutOff(page)]).toEqual([name, width, false]);
    }
  }
}
