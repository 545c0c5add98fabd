/** Where the sign-in page loads the icon of a connector from. */
export function iconPath(connector: string): string {
  return `/federation/${connector}/icon`;
}
