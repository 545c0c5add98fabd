import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { decodeMessage } from '../../saml/decode-message.ts';
import type { ConnectorDependencies, TestedConnector } from '../connector-kind.ts';
import { LoginRefused } from '../login-refused.ts';
import type { CheckList } from '../login-tests/check-list.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import { readProvider } from './identity-provider.ts';
import { ownAddresses } from './own-addresses.ts';
import { readOwnKeys } from './own-keys.ts';
import { fixedProvider } from './provider-source.ts';
import { readSamlLogin } from './read-login.ts';
import { type AcceptedAssertion, type VerifyLoginDependencies, verifyLogin } from './verify-login.ts';

interface Tested {
  readonly deps: ConnectorDependencies;
  readonly settings: OpenSettings<SamlSettings>;
  readonly tested: TestedConnector;
}

interface Presented {
  readonly encoded: string;
  readonly now: number;
}

/**
 * Makes the checks of a sign-in on a response, and uses nothing up: neither is the assertion marked as used, nor has anybody asked for it. A
 * response that has expired is also checked as if it had arrived when it was issued, so that the rest can be explained.
 */
export async function testSamlResponse(
  list: CheckList,
  { deps, settings, tested }: Tested,
  { encoded, now }: Presented,
): Promise<VerifiedLogin | undefined> {
  const addresses = ownAddresses(deps.publicUrl, tested.name, settings.entityId);
  const verifying: VerifyLoginDependencies = {
    settings,
    addresses,
    provider: fixedProvider(readProvider(settings, deps)),
    keys: () => readOwnKeys(tested.secret() ?? ''),
  };
  const assertion = await verified(list, verifying, { encoded, now });
  if (assertion === undefined) return undefined;
  list.passed('signature', 'by a key of the provider');
  list.passed('recipient', addresses.acs);
  list.passed('audience', addresses.entityId);
  list.skipped('in-response-to', 'belongs to one sign-in');
  list.skipped('replay', 'the test uses nothing up');
  let login: VerifiedLogin | undefined;
  await list.run('subject', () => {
    login = readSamlLogin(settings, assertion, { addresses, authenticatedSince: undefined });
    return login.subject;
  });
  return login;
}

async function verified(
  list: CheckList,
  deps: VerifyLoginDependencies,
  { encoded, now }: Presented,
): Promise<AcceptedAssertion | undefined> {
  try {
    const assertion = await verifyLogin(deps, { encoded, now });
    list.passed('expiry', 'the times of the assertion');
    return assertion;
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    list.failed(error);
    const issuedAt = error.check === 'expiry' ? issueInstantOf(encoded) : undefined;
    return issuedAt === undefined ? undefined : await verifiedAt(list, deps, { encoded, now: issuedAt });
  }
}

async function verifiedAt(
  list: CheckList,
  deps: VerifyLoginDependencies,
  presented: Presented,
): Promise<AcceptedAssertion | undefined> {
  try {
    return await verifyLogin(deps, presented);
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    // The times are on the list already.
    if (error.check !== 'expiry') list.failed(error);
    return undefined;
  }
}

/** Only says for which time the rest is explained, so it need not be verified. */
function issueInstantOf(encoded: string): number | undefined {
  const [, text = ''] = /\bIssueInstant="([^"]{1,40})"/.exec(decodeMessage(encoded)) ?? [];
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
