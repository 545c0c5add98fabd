import type { Registry } from 'prom-client';
import type { DeviceOutcome } from '../../oidc/device/device-events.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';

/** Registers the metric of sign-ins of devices. */
export function deviceMetric(registry: Registry): (outcome: DeviceOutcome) => void {
  return registerLabelledCount(registry, {
    name: 'rolecall_device_sign_ins_total',
    help: 'Sign-ins of devices without a browser: started, allowed, denied, or what was refused and why.',
    label: 'outcome',
  }).add;
}
