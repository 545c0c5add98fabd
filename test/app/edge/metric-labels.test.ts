import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { IamDependencies } from '../../../src/iam/iam-dependencies.ts';
import { iamOperations } from '../../../src/iam/iam-operations.ts';
import { IAM_ERRORS } from '../../../src/identity/rules/iam-errors.ts';
import { COMMON_ERRORS } from '../../../src/kernel/service-error.ts';
import type { StsDependencies } from '../../../src/sts/sts-dependencies.ts';
import { STS_ERRORS } from '../../../src/sts/sts-errors.ts';
import { stsOperations } from '../../../src/sts/sts-operations.ts';
import { type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { send, signedForm } from '../../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

// The descriptors are only looked at.
const operations = [...iamOperations({} as IamDependencies), ...stsOperations({} as StsDependencies)];
const OPERATIONS = new Set(['unknown', ...operations.map(({ schema }) => schema[2])]);
const SERVICES = new Set(['unknown', 'iam', 'sts']);
const CODES = new Set(['ok', ...Object.keys({ ...COMMON_ERRORS, ...IAM_ERRORS, ...STS_ERRORS })]);

test('[S48] text chosen by callers never becomes a metric label, so nobody can fill memory with names', async () => {
  for (let i = 0; i < 25; i++) {
    const forms = [
      { Action: `MadeUp${i}`, Version: '2010-05-08' },
      { Action: 'ListUsers', Version: `made-up-${i}` },
      { Action: 'GetUser', UserName: `made-up-${i}`, Version: '2010-05-08' },
    ];
    for (const form of forms) await send(server.url, signedForm(server.url, form, server.admin));
    const service = `madeup${i}`;
    await send(server.url, signedForm(server.url, forms[1] ?? {}, server.admin, { service }));
    await send(server.url, { method: 'GET', path: `/made-up-${i}?made-up-${i}=1` });
  }
  const metrics = (await send(server.url, { method: 'GET', path: '/metrics' })).body;
  const series = metrics.split('\n').filter((line) => line.startsWith('rolecall_calls_total{'));
  expect(series.length).toBeGreaterThan(0);
  for (const line of series) {
    const label = (name: string) => new RegExp(`${name}="(.*?)"`).exec(line)?.[1] ?? '';
    expect(SERVICES).toContain(label('service'));
    expect(OPERATIONS).toContain(label('operation'));
    expect(CODES).toContain(label('code'));
  }
  expect(metrics).not.toMatch(/made-?up/i);
});
