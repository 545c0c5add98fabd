import type { Page } from 'playwright-core';

/** What a person types on the two pages of a sign-in. */
export interface TypedInBrowser {
  /** Default: whatever the page is filled in with. Without effect where the account is not asked for. */
  readonly account?: string;
  readonly userName: string;
  readonly password: string;
}

/** Goes through the page for the name, and fills in the password on the next one. Goes back to the name first if that is past. */
export async function typeInBrowser(page: Page, { account, userName, password }: TypedInBrowser): Promise<void> {
  const back = page.getByRole('link', { name: 'Use another name' });
  if ((await back.count()) > 0) await back.click();
  await page.getByLabel(/user name/i).fill(userName);
  const accountField = page.getByLabel(/account/i);
  if (account !== undefined && (await accountField.count()) > 0) await accountField.fill(account);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.locator('#password[required]').fill(password);
}

/** Signs in with a browser. */
export async function signInByBrowser(page: Page, typed: TypedInBrowser): Promise<void> {
  await typeInBrowser(page, typed);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
