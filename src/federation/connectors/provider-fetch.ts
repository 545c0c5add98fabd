import { readFile } from 'node:fs/promises';
import { type OutboundFetch, outboundFetch } from '../../http/outbound-fetch.ts';
import type { ProviderAccess } from './connector-kind.ts';

/** The largest answer of a provider, in bytes. */
const LARGEST_ANSWER = 256 * 1024;
/** For one request. */
export const PROVIDER_TIMEOUT_MS = 5000;

export interface ProviderAddress {
  /** By which the operator's settings for the provider are found. */
  readonly issuer: string;
  /** PEM certificates of the only certificate authorities to trust; else those that the operator configured. */
  readonly ca?: string | undefined;
}

/** The way to one provider (S47): no private networks unless the operator allows them, and limits on size and time. */
export async function providerFetch(
  { issuerSettings, allowPrivate }: ProviderAccess,
  { issuer, ca: own }: ProviderAddress,
): Promise<OutboundFetch> {
  const configured = issuerSettings(issuer);
  // Read each time, so that a renewed certificate needs no restart.
  const ca = own ?? (configured?.caFile === undefined ? undefined : await readFile(configured.caFile, 'utf8'));
  return outboundFetch({
    allowPrivate: allowPrivate || configured?.allowPrivateNetworks === true,
    limit: LARGEST_ANSWER,
    timeoutMs: PROVIDER_TIMEOUT_MS,
    ...(ca !== undefined && { ca }),
  });
}
