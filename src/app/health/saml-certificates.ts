import { Gauge, type Registry } from 'prom-client';
import type { SigningCertificate } from '../../federation/connectors/connector-kind.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import { expiresSoon, shownCertificates } from '../../federation/connectors/saml/signing-certificates.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../log/log.ts';

interface CertificateMetricDependencies {
  readonly connectors: Pick<Connectors, 'enabled'>;
  readonly open: OpenConnector;
  readonly store: Pick<IdentityStore, 'samlProviders'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** How many connectors and IAM SAML providers have no signing certificate beyond the next 30 days. */
export interface EndingCertificates {
  readonly connector: number;
  readonly provider: number;
}

/** In ms. Certificates last for months. */
const AGAIN_AFTER = 60 * 60_000;
/** Names in a warning; the metric has the number. */
const MOST_NAMED = 20;

/** Looks at the certificates, at most once an hour. The provider signs with another key soon, which must be known here by then. */
export function endingCertificates(deps: CertificateMetricDependencies): () => Promise<EndingCertificates> {
  const { clock, log } = deps;
  let known: { readonly at: number; readonly ending: EndingCertificates } | undefined;
  let warned = '';
  return async () => {
    const now = clock.now();
    if (known !== undefined && Math.abs(now - known.at) < AGAIN_AFTER) return known.ending;
    const isEnding = (certificates: readonly SigningCertificate[]): boolean =>
      certificates.length > 0 && certificates.every((certificate) => expiresSoon(certificate, now));
    const connectors = (await deps.connectors.enabled())
      .filter((connector) => isEnding(deps.open(connector).signingCertificates?.() ?? []))
      .map(({ name }) => name);
    const providers = (await readWholeIndex(deps.store.samlProviders, 'key', []))
      .filter(({ metadata }) => isEnding(shownCertificates(metadata.signingCertificates)))
      .map(({ arn }) => arn);
    const named = { connectors: connectors.slice(0, MOST_NAMED), providers: providers.slice(0, MOST_NAMED) };
    const text = JSON.stringify(named);
    if (connectors.length + providers.length > 0 && text !== warned) {
      log.warn('all signing certificates of these SAML providers expire soon: load newer metadata', named);
    }
    warned = text;
    known = { at: now, ending: { connector: connectors.length, provider: providers.length } };
    return known.ending;
  };
}

/** Exposes the number of connectors and providers whose certificates end soon, by the store that the workers share. */
export function registerCertificateMetric(registry: Registry, deps: CertificateMetricDependencies): void {
  const read = endingCertificates(deps);
  new Gauge({
    name: 'rolecall_saml_certificates_ending',
    help: 'SAML connectors and IAM SAML providers all of whose signing certificates expire within 30 days, or have expired.',
    labelNames: ['of'],
    registers: [registry],
    aggregator: 'max',
    async collect() {
      try {
        for (const [of, count] of Object.entries(await read())) this.set({ of }, count);
      } catch {
        // A store that cannot be read has metrics of its own; the last numbers stay.
      }
    },
  });
}
