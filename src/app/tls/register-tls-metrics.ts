import type { Registry } from 'prom-client';
import { registerCount } from '../health/register-count.ts';
import { registerGauge } from '../health/register-gauge.ts';
import type { TlsCertificate } from './tls-certificate.ts';

/** Exposes when the certificate of the server expires, and how often a new one could not be used. */
export function registerTlsMetrics(registry: Registry, certificate: TlsCertificate): void {
  registerGauge(registry, {
    name: 'rolecall_tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate of the server expires, in seconds since 1970. Of several workers, the earliest.',
    read: () => Math.floor(certificate.current().expiresAt / 1000),
    aggregator: 'min',
  });
  registerCount(registry, {
    name: 'rolecall_tls_reload_failures_total',
    help: 'Changed files of the server’s certificate or key that could not be used; the previous certificate stays in use. The log says why.',
    read: certificate.failures,
  });
}
