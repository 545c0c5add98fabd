export const LOGOS_PATH = '/logo';

/** The address of a logo. It names one image, which never changes. */
export function logoPath(accountId: string, logoId: string): string {
  return `${LOGOS_PATH}/${accountId}/${logoId}`;
}
