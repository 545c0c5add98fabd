import { IAM_CONSTRAINTS } from './iam-constraints.ts';
import type { ServiceConstraints } from './service-constraints.ts';
import { STS_CONSTRAINTS } from './sts-constraints.ts';

/** The services with known constraints. */
export type ServiceName = 'iam' | 'sts';

const SERVICES: Readonly<Record<ServiceName, ServiceConstraints>> = { iam: IAM_CONSTRAINTS, sts: STS_CONSTRAINTS };

/** The constraints of all shapes of a service. */
export function constraintsOfService(service: ServiceName): ServiceConstraints {
  return SERVICES[service];
}

/** What the model says about an operation beyond the types of its input and output. */
export interface OperationConstraints {
  readonly service: ServiceConstraints;
  /** The errors that the operation declares, with their HTTP status. */
  readonly errors: readonly { readonly code: string; readonly status: number }[];
}

/** The constraints of an operation. `errors` is empty for an operation that is newer than the models. */
export function constraintsOf(serviceName: ServiceName, operation: string): OperationConstraints {
  const service = SERVICES[serviceName];
  const codes = service.errors[operation] ?? [];
  return { service, errors: codes.map((code) => ({ code, status: service.errorStatus[code] as number })) };
}
