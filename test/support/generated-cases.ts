/** How many cases a test generates, of those that it generates in CI: a third elsewhere, so that `npm test` stays short. */
export const generatedCases = (inCi: number): number => (process.env['CI'] === undefined ? Math.ceil(inCi / 3) : inCi);
