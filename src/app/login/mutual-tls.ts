import { openAuthorities, requireAuthorityFiles } from '../../federation/client-certificates/authorities.ts';
import { presentedCertificates } from '../../federation/client-certificates/presented-certificate.ts';
import type { TrustedProxies } from '../../http/client-address.ts';
import { certificateArrivals } from '../../http/client-certificate.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { MutualTls } from '../../oidc/features/certificates/mutual-tls.ts';
import type { Settings } from '../settings/settings.ts';

interface MutualTlsDependencies {
  readonly proxies: TrustedProxies;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/**
 * Client certificates of apps, as far as the settings let any arrive.
 * @throws {Error} naming a file of the authorities that cannot be used.
 */
export function openMutualTls(
  { clientCertificates, mtlsUrl }: Pick<Settings['server'], 'clientCertificates' | 'mtlsUrl'>,
  { proxies, clock, onFault }: MutualTlsDependencies,
): MutualTls | undefined {
  const { port, header, headerFormat, verifiedHeader, caFile, crlFile } = clientCertificates;
  if (port === undefined && header === undefined) return undefined;
  const files = caFile === undefined ? undefined : { caFile, crlFile };
  if (files !== undefined) requireAuthorityFiles('server.clientCertificates', files);
  return {
    url: mtlsUrl,
    verifiesAuthorities: files !== undefined || verifiedHeader !== undefined,
    presented: presentedCertificates({
      arrived: certificateArrivals({ header, verifiedHeader }, proxies),
      format: headerFormat,
      authorities: files && openAuthorities(files),
      clock,
      onFault,
    }),
  };
}
