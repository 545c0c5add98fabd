/**
 * Our environment for a program that we start, without variables of the product: those are for us (`ROLECALL_TEST_…`), and the server
 * and its commands refuse variables they do not know. The child gets only the ones that its test or script names.
 */
export function childEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('ROLECALL_'));
  return { ...(Object.fromEntries(ours) as Record<string, string>), ...added };
}
