import type { Bench, SizeBench } from './bench.ts';
import { benches as commonPasswords } from './common-passwords.ts';
import { benches as decision } from './decision.ts';
import { benches as denial } from './denial.ts';
import { benches as http } from './http.ts';
import { benches as policyMemory } from './policy-memory.ts';
import { benches as refresh } from './refresh.ts';
import { benches as saml } from './saml.ts';
import { benches as samlIdp } from './saml-idp.ts';
import { benches as samlLogin } from './saml-login.ts';
import { benches as sigv4 } from './sigv4.ts';
import { benches as start } from './start.ts';
import { benches as startPage } from './start-page.ts';
import { benches as token } from './token.ts';
import { benches as tokenExchange } from './token-exchange.ts';
import { benches as webIdentity } from './web-identity.ts';

/** All benches, in the order in which they run. */
export const ALL_BENCHES: readonly (Bench | SizeBench)[] = [
  ...decision,
  ...denial,
  ...sigv4,
  ...saml,
  ...samlIdp,
  ...samlLogin,
  ...http,
  ...webIdentity,
  ...token,
  ...tokenExchange,
  ...refresh,
  ...startPage,
  ...policyMemory,
  ...commonPasswords,
  ...start,
];
