import { IAM_CONSTRAINTS } from './iam-constraints.ts';
import { MINIO_CONSTRAINTS } from './minio-constraints.ts';
import { ORGANIZATIONS_CONSTRAINTS } from './organizations-constraints.ts';
import type { ServiceConstraints } from './service-constraints.ts';
import { STS_CONSTRAINTS } from './sts-constraints.ts';

/** The services with known constraints. */
export type ServiceName = 'iam' | 'organizations' | 'sts';

const SERVICES: Readonly<Record<ServiceName, ServiceConstraints>> = {
  iam: IAM_CONSTRAINTS,
  organizations: ORGANIZATIONS_CONSTRAINTS,
  sts: {
    ...STS_CONSTRAINTS,
    shapes: { ...STS_CONSTRAINTS.shapes, ...MINIO_CONSTRAINTS.shapes },
    structures: { ...STS_CONSTRAINTS.structures, ...MINIO_CONSTRAINTS.structures },
    errors: { ...STS_CONSTRAINTS.errors, ...MINIO_CONSTRAINTS.errors },
  },
};

/** The constraints of all shapes of a service. */
export function constraintsOfService(service: ServiceName): ServiceConstraints {
  return SERVICES[service];
}

/** The error codes that an operation declares in the model of its service. None if the models do not have the operation. */
export function modelledErrors(service: string, operation: string): readonly string[] {
  const models: Readonly<Record<string, ServiceConstraints | undefined>> = SERVICES;
  return models[service]?.errors[operation] ?? [];
}
