/**
 * How far the clock of another party may differ from ours, in either direction, for every time that we read in a token, an assertion or a
 * message from outside: web identity tokens at STS, ID and logout tokens of connectors, SAML of both directions. One value for all, so that
 * a sign-in works wherever the STS check of the same token does. AWS does not say how much STS tolerates.
 */
export const CLOCK_TOLERANCE_SECONDS = 60;
export const CLOCK_TOLERANCE_MS = CLOCK_TOLERANCE_SECONDS * 1000;
