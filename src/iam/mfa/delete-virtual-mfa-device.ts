import { DeleteVirtualMFADevice$, type DeleteVirtualMFADeviceRequest } from '@aws-sdk/client-iam';
import { deleteVirtualMfaDevice } from '../../identity/factors/assign-mfa-device.ts';
import { assignedTo } from '../../identity/factors/device-assignment.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { rootArn } from '../../kernel/arn.ts';
import { changeByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { VIRTUAL_MFA_DEVICE } from '../resource-kinds.ts';

/**
 * DeleteVirtualMFADevice. The task policies of `AssumeRoot` are about the root user's resources alone, so its sessions delete a device as the
 * root user's: one that the root user has, or that nobody has since it was deactivated.
 */
export function deleteVirtualMFADeviceOperation(
  deps: Pick<IamDependencies, 'store'>,
): SignedOperation<Decoded<DeleteVirtualMFADeviceRequest>, NoOutput, undefined> {
  const { store } = deps;
  const deletion = changeByName(
    deps,
    {
      schema: DeleteVirtualMFADevice$,
      kind: VIRTUAL_MFA_DEVICE,
      name: ({ SerialNumber }: Decoded<DeleteVirtualMFADeviceRequest>) => SerialNumber,
    },
    {
      change: ({ named: { accountId, name: serialNumber }, call: { now } }) =>
        deleteVirtualMfaDevice(store, { accountId, serialNumber, now }),
    },
  );
  return {
    ...deletion,
    // A serial number that is no ARN. The model has this error for the tags of devices only.
    errors: [IAM_ERRORS.InvalidInput],
    async authorize(input, call) {
      const authorization = await deletion.authorize(input, call);
      const { accountId, session } = call.caller;
      if (session?.assumedRoot === undefined) return authorization;
      const device = await VIRTUAL_MFA_DEVICE.find(store, { accountId, name: input.SerialNumber });
      const owner = device === undefined ? undefined : (assignedTo(device)?.subject ?? accountId);
      if (owner !== accountId) return authorization;
      const resource = rootArn(accountId);
      return { ...authorization, targets: authorization.targets.map((target) => ({ ...target, resource })) };
    },
  };
}
