import { type ConditionKey, STRING } from './condition-key.ts';

/** The condition keys of Organizations, as the Service Authorization Reference lists them. */
export const ORGANIZATIONS_KEYS = [
  {
    name: 'organizations:PolicyType',
    ...STRING,
    origin: 'operation',
    presence: 'operations on policies, on their attachments and on policy types: `SERVICE_CONTROL_POLICY`, …',
  },
  {
    name: 'organizations:ServicePrincipal',
    ...STRING,
    origin: 'operation',
    presence: 'operations on trusted services and delegated administrators',
  },
] as const satisfies readonly ConditionKey[];
