import type { Target } from '../../authorize/target.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { APPLICATION_ERRORS, noSuchApplication } from '../applications/application-errors.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

/** The member that names the resource. */
export const RESOURCE_ARN = shape.required(
  shape.text('TaggedResourceArn', { length: [20, 2048], audited: true }),
  'The ARN of a connector or an application.',
);

export const TAGGING_ERRORS = [CONNECTOR_ERRORS.NoSuchConnector, APPLICATION_ERRORS.NoSuchApplication];

type ChangeTags = (change: (tags: readonly Tag[]) => readonly Tag[]) => Promise<boolean>;

/** A resource that an operation on tags names. */
export interface TaggedResource {
  /** `undefined` if there is no such resource. */
  readonly tags: readonly Tag[] | undefined;
  /** @returns `false` if the resource is gone. */
  readonly retag: ChangeTags;
  readonly notFound: () => ServiceError;
}

/** A kind of resource that has tags, by the first part of its ARN's resource. */
interface TaggedKind {
  readonly name: RegExp;
  find(deps: RolecallDependencies, key: readonly [accountId: string, name: string]): Promise<TaggedResource>;
}

const KINDS: Readonly<Record<string, TaggedKind>> = {
  connector: {
    name: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    async find({ store, connectors }, [accountId, name]) {
      const found = await store.connectors.get([accountId, name]);
      return {
        tags: found && (found.tags ?? []),
        retag: async (change) => found !== undefined && (await connectors.editor.retag(found, change)),
        notFound: () => noSuchConnector(name),
      };
    },
  },
  application: {
    name: /^[\x20-\x7e]{1,255}$/,
    async find({ store, applications }, [accountId, id]) {
      const found = await store.applications.get([accountId, id]);
      return {
        tags: found && (found.tags ?? []),
        retag: async (change) =>
          found !== undefined &&
          (await applications.editor.amend(found, ({ tags = [] }) => ({ tags: [...change(tags)] }))) !== undefined,
        notFound: () => noSuchApplication(id),
      };
    },
  },
};

/** Finds the resource by its ARN, and determines what must be allowed. @throws {ServiceError} ValidationError for any other ARN. */
export async function authorizeTagged(
  deps: RolecallDependencies,
  declared: Pick<Declared, 'schema'>,
  { arn, ...facts }: Pick<Target, 'requestTags' | 'conditions'> & { readonly arn: string },
): Promise<{ readonly targets: readonly Target[]; readonly subject: TaggedResource }> {
  const parsed = parseArn(arn);
  const [, kindName = '', name = ''] = /^([a-z]+)\/(.*)$/s.exec(parsed?.resource ?? '') ?? [];
  const kind = Object.hasOwn(KINDS, kindName) ? KINDS[kindName] : undefined;
  // Policies name a resource by its one ARN: by any other form of it, a denial would be passed.
  const isOurs = parsed !== undefined && arn === rolecallArn(parsed.accountId, `${kindName}/${name}`);
  if (!isOurs || kind === undefined || !kind.name.test(name)) {
    throw new ServiceError(
      'ValidationError',
      '1 validation error detected: ResourceArn: must be the ARN of a connector or an application',
    );
  }
  const { accountId } = parsed;
  const subject = await kind.find(deps, [accountId, name]);
  const resourceTags = subject.tags ?? [];
  const target = { action: actionOf(declared.schema), resource: arn, resourceAccountId: accountId, resourceTags };
  return { targets: [{ ...target, ...facts }], subject };
}

/** The tags of a resource. @throws {ServiceError} if there is no such resource. */
export function requireTagged({ tags, notFound }: TaggedResource): readonly Tag[] {
  if (tags === undefined) throw notFound();
  return tags;
}

/** Changes the tags of a resource. @throws {ServiceError} if there is no such resource. */
export async function retag(resource: TaggedResource, change: Parameters<ChangeTags>[0]): Promise<void> {
  requireTagged(resource);
  if (!(await resource.retag(change))) throw resource.notFound();
}
