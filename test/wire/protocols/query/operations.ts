import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import type { StaticOperationSchema } from '@smithy/types';

const OPERATION_SCHEMA_ID = 9;

function isOperationSchema(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === OPERATION_SCHEMA_ID;
}

/** The SDK's schema objects of all operations of IAM and STS, with their names. */
export const ALL_OPERATIONS: readonly (readonly [name: string, schema: StaticOperationSchema])[] = [iam, sts].flatMap(
  (sdk) =>
    Object.values(sdk)
      .filter(isOperationSchema)
      .map((schema) => [`${schema[1].split('.').at(-1)}:${schema[2]}`, schema] as const),
);
