import {
  CreateVirtualMFADevice$,
  type CreateVirtualMFADeviceRequest,
  type CreateVirtualMFADeviceResponse,
  TagMFADevice$,
} from '@aws-sdk/client-iam';
import {
  createVirtualMfaDevice,
  mfaSerialNumber,
  otpauthUri,
} from '../../identity/factors/create-virtual-mfa-device.ts';
import { drawQrCode } from '../../identity/factors/draw-qr-code.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagsMember, toTags } from '../tag-output.ts';

type Input = Decoded<CreateVirtualMFADeviceRequest>;

/** CreateVirtualMFADevice: the only answer that contains the seed. */
export function createVirtualMFADeviceOperation(
  deps: IamDependencies,
): SignedOperation<Input, CreateVirtualMFADeviceResponse, undefined> {
  return signedOperation({
    schema: CreateVirtualMFADevice$,
    readOnly: false,
    authorize({ Path, VirtualMFADeviceName, Tags }, { caller: { accountId } }) {
      return onNewResource(CreateVirtualMFADevice$, TagMFADevice$, {
        resourceAccountId: accountId,
        resource: mfaSerialNumber(accountId, Path ?? '/', VirtualMFADeviceName),
        requestTags: toTags(Tags) ?? [],
      });
    },
    async handle({ Path, VirtualMFADeviceName, Tags }, { now, caller: { accountId } }) {
      const { device, base32Seed } = await createVirtualMfaDevice(deps, {
        accountId,
        deviceName: VirtualMFADeviceName,
        path: Path ?? '/',
        tags: toTags(Tags) ?? [],
        now,
      });
      const account = await deps.store.accounts.get([accountId]);
      const uri = otpauthUri({
        deviceName: device.deviceName,
        accountName: account?.alias ?? accountId,
        base32Seed,
        issuer: 'Rolecall',
      });
      return {
        VirtualMFADevice: {
          SerialNumber: device.serialNumber,
          Base32StringSeed: Buffer.from(base32Seed),
          QRCodePNG: await drawQrCode(uri),
          ...tagsMember(device.tags),
        },
      };
    },
  });
}
