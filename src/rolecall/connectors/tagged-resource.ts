import type { Target } from '../../authorize/target.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { noSuchConnector } from './connector-errors.ts';
import { connectorArn } from './shown-connector.ts';

/** The member that names the resource. Only connectors have tags. */
export const RESOURCE_ARN = shape.required(
  shape.text('TaggedResourceArn', { length: [20, 2048], audited: true }),
  'The ARN of a connector.',
);

/** A resource that an operation on tags names. */
export interface TaggedResource {
  readonly name: string;
  readonly connector: Connector | undefined;
}

const CONNECTOR = /^connector\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

/** Finds the resource by its ARN, and determines what must be allowed. @throws {ServiceError} ValidationError for any other ARN. */
export async function authorizeTagged(
  store: Pick<IdentityStore, 'connectors'>,
  declared: Pick<Declared, 'schema'>,
  { arn, ...facts }: Pick<Target, 'requestTags' | 'conditions'> & { readonly arn: string },
): Promise<{ readonly targets: readonly Target[]; readonly subject: TaggedResource }> {
  const parsed = parseArn(arn);
  const name = CONNECTOR.exec(parsed?.resource ?? '')?.[1];
  // Policies name a connector by its one ARN: by any other form of it, a denial would be passed.
  if (parsed === undefined || name === undefined || arn !== connectorArn(parsed.accountId, name)) {
    throw new ServiceError(
      'ValidationError',
      '1 validation error detected: ResourceArn: must be the ARN of a connector',
    );
  }
  const { accountId } = parsed;
  const connector = await store.connectors.get([accountId, name]);
  const resourceTags = connector?.tags ?? [];
  const target = { action: actionOf(declared.schema), resource: arn, resourceAccountId: accountId, resourceTags };
  return { targets: [{ ...target, ...facts }], subject: { name, connector } };
}

/** @throws {ServiceError} NoSuchConnectorException. */
export function requireTagged({ name, connector }: TaggedResource): Connector {
  if (connector === undefined) throw noSuchConnector(name);
  return connector;
}
