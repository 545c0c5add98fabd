import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The colours of one colour scheme, as `#rrggbb`. */
export interface PageColors {
  readonly accent: string;
  readonly button: string;
  readonly buttonText: string;
}

/** Under whose name and colours a page is shown. Its texts are escaped like any other; the colours must be checked before. */
export interface PageBrand {
  readonly name: string;
  readonly colors?: { readonly light: PageColors; readonly dark: PageColors };
  readonly logo?: { readonly path: string; readonly width: number; readonly height: number };
}

/** The brands of accounts, at the time of a request. */
export interface PageBrands {
  /** @param account an id or alias; `undefined` if no account is known. */
  of(account: string | undefined): PageBrand | undefined;
}

const BRANDS = Symbol('brands');

interface Branded {
  [BRANDS]?: { readonly brands: PageBrands; readonly account: string | undefined };
}

/** Gives the pages of a request their brands. @param account whose pages they are, as far as is known: an id or alias. */
export function offerBrands(request: object, brands: PageBrands, account: string | undefined): void {
  (request as Branded)[BRANDS] = { brands, account };
}

/** Shows the pages of a request under the brand of an account, by its id or alias. `undefined` leaves it as it is. */
export function showBrandOf(request: object, account: string | undefined): void {
  const offered = (request as Branded)[BRANDS];
  if (offered !== undefined && account !== undefined) offerBrands(request, offered.brands, account);
}

/** The brand of the pages of a request. */
export function brandOf(request: Pick<IncomingMessage, 'headers'>): PageBrand | undefined {
  const offered = (request as Branded)[BRANDS];
  return offered?.brands.of(offered.account);
}

const COLOR = /^#[0-9a-f]{6}$/;

/** The style sheet of a brand, which follows that of all pages. Empty if the brand has no colours. */
export function brandStyle({ colors }: PageBrand): string {
  if (colors === undefined) return '';
  const { light, dark } = colors;
  // It is written into the page as it is.
  if (
    ![light, dark].flatMap(({ accent, button, buttonText }) => [accent, button, buttonText]).every((c) => COLOR.test(c))
  )
    throw new TypeError('a brand has a colour that is not #rrggbb');
  const rule = ({ accent, button, buttonText }: PageColors): string =>
    `:root{--accent:${accent};--button:${button};--on-button:${buttonText}}`;
  return `${rule(light)}@media (prefers-color-scheme:dark){${rule(dark)}}`;
}

/** A style sheet as a source expression of `style-src`. */
export function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
