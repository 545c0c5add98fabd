import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { rsaKey } from '../../harness/saml-metadata.ts';
import { registerCertificateMetric } from '../../src/app/health/saml-certificates.ts';
import type { Connector } from '../../src/identity/documents/connector.ts';
import type { SamlProvider } from '../../src/identity/documents/saml-provider.ts';

const DAY = 24 * 60 * 60_000;
const NAME = 'rolecall_saml_certificates_ending';

test('the metric counts providers that know no certificate for longer than 30 days, and the log names them', async () => {
  let now = Date.now();
  let isDown = false;
  const until = (days: number): string => rsaKey(2048, new Date(now + days * DAY)).certificate;
  const [soon, late] = [until(20), until(400)];
  const ends: Record<string, readonly number[]> = { ending: [-1, 20], rolling: [20, 400], fresh: [400], unread: [] };
  const connectors = Object.keys(ends).map((name) => ({ name }) as Connector);
  const providers = [
    { arn: 'arn:of:ending', metadata: { signingCertificates: [soon] } },
    { arn: 'arn:of:rolling', metadata: { signingCertificates: [soon, late] } },
  ] as unknown as SamlProvider[];
  const warnings: unknown[] = [];
  const registry = new Registry();
  registerCertificateMetric(registry, {
    connectors: {
      enabled: async () => {
        if (isDown) throw new Error('the store is down');
        return connectors;
      },
    },
    open: ({ name }) => ({
      signingCertificates: () => (ends[name] ?? []).map((days) => ({ fingerprint: '', notAfter: now + days * DAY })),
    }),
    store: { samlProviders: { find: async () => ({ items: providers }) } } as never,
    clock: { now: () => now },
    log: { warn: (...told) => void warnings.push(told) },
  });
  const shown = async (): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(NAME));

  expect(await shown()).toEqual([`${NAME}{of="connector"} 1`, `${NAME}{of="provider"} 1`]);
  expect(warnings).toEqual([
    [expect.stringContaining('expire soon'), { connectors: ['ending'], providers: ['arn:of:ending'] }],
  ]);
  ends['ending'] = [400];
  expect(await shown()).toContain(`${NAME}{of="connector"} 1`);
  now += 60 * 60_000;
  isDown = true;
  expect(await shown()).toContain(`${NAME}{of="connector"} 1`);
  isDown = false;
  expect(await shown()).toContain(`${NAME}{of="connector"} 0`);
});
