import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { ServiceError } from '../kernel/service-error.ts';
import { actionOf } from './action-of.ts';
import type { NoOutput } from './decoded.ts';
import { type SignedCall, type SignedOperation, signedOperation } from './operation.ts';

/** The resource that a request names by name or ARN, and the caller's account. */
export interface Named {
  readonly accountId: string;
  readonly name: string;
}

/** What distinguishes one kind of resource in the operations that name it: a row in its service's table. */
export interface ResourceKind<Resource> {
  /** @throws {ServiceError} if the name is invalid for this kind. */
  check?(named: Named): void;
  find(store: IdentityStore, named: Named): Promise<Resource | undefined>;
  /** The resource's ARN; if it does not exist, the ARN that it would have. */
  arn(named: Named, found: Resource | undefined): string;
  /** The account that owns it. Default: the caller's. */
  owner?(named: Named): string;
  /** `undefined` if it cannot have tags. */
  tags?(found: Resource): readonly Tag[] | undefined;
  /** Its unique id, if it is a user. */
  userId?(found: Resource): string | undefined;
  /** Whether it is marked as privileged. Default: it cannot be. */
  isPrivileged?(found: Resource): boolean;
  /** Its name in a denial message. Default: its ARN. */
  called?(name: string): string;
}

/** A kind whose operations are handled only if the resource exists. */
export interface RequiredKind<Resource> extends ResourceKind<Resource> {
  /** The error if the resource does not exist. */
  notFound(name: string): ServiceError;
}

/** What distinguishes otherwise identical operations on one kind of resource. */
export interface NamedRow<Input, Kind> {
  readonly schema: StaticOperationSchema;
  readonly kind: Kind;
  name(input: Input): string;
}

type Keys = Pick<Target, 'conditions' | 'requestTags'>;

interface NamedPhases<Input, Resource> extends NamedRow<Input, ResourceKind<Resource>> {
  readonly readOnly: boolean;
  /** Further condition keys, besides the resource's ARN and tags. */
  keys?(input: Input, found: Resource | undefined): Keys;
}

/** The input of a handler: the resource exists, and the operation on it is allowed. */
export interface NamedContext<Input, Resource> {
  readonly input: Input;
  readonly call: SignedCall;
  readonly found: Resource;
}

/** An operation on one resource that its input names. */
export interface NamedOperation<Input, Output, Resource> extends NamedPhases<Input, Resource> {
  readonly kind: RequiredKind<Resource>;
  handle(context: NamedContext<Input, Resource>): Output | Promise<Output>;
}

interface Dependencies {
  readonly store: IdentityStore;
}

/**
 * The phases common to all operations on one named resource: find it, authorise by its ARN and tags (or by the ARN
 * that it would have), and only then report that it does not exist.
 */
export function namedOperation<Input, Output, Resource>(
  { store }: Dependencies,
  operation: NamedOperation<Input, Output, Resource>,
): SignedOperation<Input, Output, Resource | undefined> {
  return signedOperation({
    schema: operation.schema,
    readOnly: operation.readOnly,
    authorize: (input, { caller: { accountId } }) => authorizeNamed(store, operation, { input, accountId }),
    async handle(input, call, found) {
      if (found === undefined) throw operation.kind.notFound(operation.name(input));
      return operation.handle({ input, call, found });
    },
  });
}

/** How an operation changes its resource. */
export interface NamedChange<Input, Resource> extends Pick<NamedPhases<Input, Resource>, 'keys'> {
  change(context: NamedContext<Input, Resource>): Promise<void>;
}

/** An operation that changes the resource and returns nothing. */
export function namedChange<Input, Resource>(
  deps: Dependencies,
  row: NamedRow<Input, RequiredKind<Resource>>,
  how: NamedChange<NoInfer<Input>, Resource>,
): SignedOperation<Input, NoOutput, Resource | undefined> {
  return namedOperation<Input, NoOutput, Resource>(deps, {
    ...row,
    ...(how.keys ? { keys: how.keys } : {}),
    readOnly: false,
    async handle(context) {
      await how.change(context);
      return {};
    },
  });
}

/** An operation that returns data about the resource. */
export function namedRead<Input, Output, Resource>(
  deps: Dependencies,
  row: NamedRow<Input, RequiredKind<Resource>>,
  read: (context: NamedContext<Input, Resource>) => Output | Promise<Output>,
): SignedOperation<Input, Output, Resource | undefined> {
  return namedOperation<Input, Output, Resource>(deps, { ...row, readOnly: true, handle: read });
}

/** The input of a handler by name. The rule that it calls checks whether the resource exists. */
export interface NameContext<Input> {
  readonly input: Input;
  readonly call: SignedCall;
  readonly named: Named;
}

/** An operation whose rule finds the resource itself and reports its own errors. */
export interface OperationByName<Input, Output, Resource> extends NamedPhases<Input, Resource> {
  handle(context: NameContext<Input>): Output | Promise<Output>;
}

/** The same phases, for operations whose rule reports what is missing (a version of a policy, for example). */
export function operationByName<Input, Output, Resource>(
  { store }: Dependencies,
  operation: OperationByName<Input, Output, Resource>,
): SignedOperation<Input, Output, undefined> {
  return signedOperation({
    schema: operation.schema,
    readOnly: operation.readOnly,
    async authorize(input, { caller: { accountId } }) {
      const { targets } = await authorizeNamed(store, operation, { input, accountId });
      return { targets, subject: undefined };
    },
    async handle(input, call) {
      const named = { accountId: call.caller.accountId, name: operation.name(input) };
      return operation.handle({ input, call, named });
    },
  });
}

/** An operation by name that changes the resource and returns nothing. */
export function changeByName<Input, Resource>(
  deps: Dependencies,
  row: NamedRow<Input, ResourceKind<Resource>>,
  how: Pick<NamedPhases<NoInfer<Input>, Resource>, 'keys'> & {
    change(context: NameContext<NoInfer<Input>>): Promise<void>;
  },
): SignedOperation<Input, NoOutput, undefined> {
  return operationByName<Input, NoOutput, Resource>(deps, {
    ...row,
    ...(how.keys ? { keys: how.keys } : {}),
    readOnly: false,
    async handle(context) {
      await how.change(context);
      return {};
    },
  });
}

async function authorizeNamed<Input, Resource>(
  store: IdentityStore,
  operation: NamedPhases<Input, Resource>,
  { input, accountId }: { readonly input: Input; readonly accountId: string },
) {
  const { kind, schema } = operation;
  const named = { accountId, name: operation.name(input) };
  kind.check?.(named);
  const found = await kind.find(store, named);
  const target = namedTarget(kind, { action: actionOf(schema), named, found });
  return { targets: [{ ...target, ...operation.keys?.(input, found) }], subject: found };
}

interface TargetAt<Resource> {
  readonly action: string;
  readonly named: Named;
  readonly found: Resource | undefined;
}

/** A resource that the request names, as the target of an action. Denial messages use the name from the request. */
export function namedTarget<Resource>(kind: ResourceKind<Resource>, at: TargetAt<Resource>): Target {
  const target = resourceTarget(kind, at);
  return kind.called === undefined ? target : { ...target, called: kind.called(at.named.name) };
}

/** A resource as the target of an action. Denial messages use its ARN. */
export function resourceTarget<Resource>(kind: ResourceKind<Resource>, at: TargetAt<Resource>): Target {
  const { action, named, found } = at;
  const resourceTags = found === undefined ? undefined : kind.tags?.(found);
  const userId = found === undefined ? undefined : kind.userId?.(found);
  return {
    action,
    resource: kind.arn(named, found),
    resourceAccountId: kind.owner?.(named) ?? named.accountId,
    ...(resourceTags === undefined ? {} : { resourceTags }),
    ...(userId === undefined ? {} : { userId }),
    ...(found !== undefined && kind.isPrivileged?.(found) === true && { isResourcePrivileged: true }),
  };
}
