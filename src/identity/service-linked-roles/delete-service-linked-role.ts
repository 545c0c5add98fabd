import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { Role } from '../documents/role.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { roleKind } from '../roles/role-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { ROLE_MANAGER } from './linked-service.ts';

interface Dependencies {
  readonly store: Pick<IdentityStore, 'roles' | 'accounts'>;
  readonly random: Random;
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set'>;
}

const { serviceLinkedRoleDeletion: TASK } = EPHEMERAL_KEYS;
/** Marks the stored tasks that failed. */
const FAILED = 'failed ';
/** `task/aws-service-role/<service>/<role>/<uuid>` */
const TASK_ID =
  /^task(?<path>\/aws-service-role\/[\w+=,.@-]{1,128}\/)(?<name>[\w+=,.@-]{1,64})\/(?<uuid>[0-9a-f-]{36})$/;

/**
 * Deletes a service-linked role, with its policies and its sessions. At AWS, this waits until the service no longer needs the role; here it is
 * done at once, and the task can be read for a month.
 * @returns the id of the task, and whether it has deleted the role: AWS's role manager needs its role as long as it is enabled.
 * @throws {ServiceError} NoSuchEntity, also for a role that belongs to no service.
 */
export async function deleteServiceLinkedRole(
  { store, random, ephemeral }: Dependencies,
  role: Role,
): Promise<{ readonly taskId: string; readonly isDeleted: boolean }> {
  const { accountId, roleName, path, linkedService } = role;
  if (linkedService === undefined) throw noSuchHolder('role', roleName);
  const uuid = randomUuid(random);
  const taskId = `task${path}${roleName}/${uuid}`;
  const account = linkedService === ROLE_MANAGER ? await store.accounts.get([accountId]) : undefined;
  const isUsed = account?.isRoleManagerEnabled === true;
  if (!isUsed && !(await store.roles.remove(roleKind.keyOf(role)))) throw noSuchHolder('role', roleName);
  await ephemeral.set(TASK.of(accountId, uuid), isUsed ? `${FAILED}${taskId}` : taskId, TASK.lifetime);
  return { taskId, isDeleted: !isUsed };
}

/** The ARN of the role that a task deletes, whether or not there is such a task. @throws {ServiceError} InvalidInput */
export function roleOfTask(accountId: string, taskId: string): string {
  const { path, name } = partsOf(taskId);
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

/** How a task ended. */
export type DeletionTask = 'SUCCEEDED' | 'FAILED';

/** A task, which is always complete. @throws {ServiceError} InvalidInput, NoSuchEntity */
export async function deletionTask(
  ephemeral: Pick<Ephemeral, 'get'>,
  accountId: string,
  taskId: string,
): Promise<DeletionTask> {
  const kept = await ephemeral.get(TASK.of(accountId, partsOf(taskId).uuid));
  if (kept === taskId) return 'SUCCEEDED';
  if (kept === `${FAILED}${taskId}`) return 'FAILED';
  throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The deletion task with id ${taskId} cannot be found.`);
}

function partsOf(taskId: string): { readonly path: string; readonly name: string; readonly uuid: string } {
  const { path, name, uuid } = TASK_ID.exec(taskId)?.groups ?? {};
  if (path === undefined || name === undefined || uuid === undefined) {
    throw new ServiceError(
      IAM_ERRORS.InvalidInput,
      'The DeletionTaskId is not one that DeleteServiceLinkedRole returned.',
    );
  }
  return { path, name, uuid };
}

/** A UUID of version 4. */
function randomUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
