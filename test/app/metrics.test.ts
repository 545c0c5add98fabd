import { expect, test } from '@jest/globals';
import { openMetrics } from '../../src/app/health/metrics.ts';

const call = (code: string, seconds: number) => ({ service: 'sts', operation: 'AssumeRole', code, seconds });

/** The samples of what is our own. */
async function samples({ registry }: ReturnType<typeof openMetrics>): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('rolecall_'));
}

test('[Prometheus exposition formats: histograms] calls are counted by outcome and by duration', async () => {
  const metrics = openMetrics(() => 3);
  for (const seconds of [0.0004, 0.0005, 0.02, 7]) metrics.observeCall(call('ok', seconds));
  metrics.observeCall(call('AccessDenied', 0.02));
  const lines = await samples(metrics);
  expect(lines).toEqual(
    expect.arrayContaining([
      'rolecall_calls_total{service="sts",operation="AssumeRole",code="ok"} 4',
      'rolecall_calls_total{service="sts",operation="AssumeRole",code="AccessDenied"} 1',
      'rolecall_call_duration_seconds_bucket{le="0.0005",service="sts",operation="AssumeRole"} 2',
      'rolecall_call_duration_seconds_bucket{le="0.01",service="sts",operation="AssumeRole"} 2',
      'rolecall_call_duration_seconds_bucket{le="0.025",service="sts",operation="AssumeRole"} 4',
      'rolecall_call_duration_seconds_bucket{le="+Inf",service="sts",operation="AssumeRole"} 5',
      'rolecall_call_duration_seconds_count{service="sts",operation="AssumeRole"} 5',
    ]),
  );
  const sum = lines.find((line) => line.startsWith('rolecall_call_duration_seconds_sum'));
  expect(Number(sum?.split(' ')[1])).toBeCloseTo(7.0409);
});

test('warnings are not repeated', async () => {
  const metrics = openMetrics(() => 3);
  metrics.observeCall(call('ok', 1));
  const before = await samples(metrics);
  expect(await samples(metrics)).toEqual(before);
  metrics.observeCall(call('ok', 1));
  expect(await samples(metrics)).toContain('rolecall_calls_total{service="sts",operation="AssumeRole",code="ok"} 2');
});

test('dropped log lines are counted', async () => {
  expect(await samples(openMetrics(() => 3))).toContain('rolecall_log_lines_dropped_total 3');
});
