/** In seconds. FAPI 2.0 Security Profile §5.3.2.1: 10 s must be accepted; more than this is refused. */
const MAX_AHEAD = 60;

/** What is wrong with the times of a JWT that say since when it is valid; `undefined` if nothing is. */
export function futureTime(claims: object): string | undefined {
  const { iat, nbf } = claims as { readonly iat?: unknown; readonly nbf?: unknown };
  const latest = Date.now() / 1000 + MAX_AHEAD;
  const wrong = Object.entries({ iat, nbf }).find(
    ([, time]) => time !== undefined && !(typeof time === 'number' && time <= latest),
  );
  return wrong && `${wrong[0]} must be a time in seconds, and not more than ${MAX_AHEAD} s in the future`;
}
