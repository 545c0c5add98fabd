/** Looks ten times a second, for five seconds, until there is a value. */
export async function waitFor<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value | undefined> {
  for (let tries = 0; tries < 50; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}
