import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import { findMfaDevice } from '../../identity/factors/require-mfa-device.ts';
import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';

/** Which device, as the rules of `identity/mfa` take it. */
interface DeviceName {
  readonly accountId: string;
  readonly serialNumber: string;
}

/** An operation on one virtual device that is named by its serial number, an ARN. */
interface DeviceOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  keys?(input: Input): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: { readonly input: Input; readonly which: DeviceName; readonly now: number }): Promise<Output>;
}

/** The phases that the operations on one device share: its ARN and tags are authorised, then it is looked for. */
export function deviceOperation<Input extends { SerialNumber: string }, Output>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: DeviceOperation<Input, Output>,
): SignedOperation<Input, Output, undefined> {
  const { schema, readOnly } = operation;
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller: { accountId } }) {
      const { SerialNumber } = input;
      const arn = parseArn(SerialNumber);
      if (arn?.service !== 'iam' || !arn.resource.startsWith('mfa/')) {
        throw new ServiceError('InvalidInput', `ARN ${SerialNumber} is not valid.`);
      }
      const device = await findMfaDevice(store, accountId, SerialNumber);
      const target: Target = {
        action: actionOf(schema),
        resource: device?.serialNumber ?? SerialNumber,
        // a denial does not tell the case of a name that exists
        called: SerialNumber,
        resourceAccountId: arn.accountId,
        ...(device ? { resourceTags: device.tags } : {}),
        ...operation.keys?.(input),
      };
      return { targets: [target], subject: undefined };
    },
    handle(input, { now, caller: { accountId } }) {
      return operation.handle({ input, which: { accountId, serialNumber: input.SerialNumber }, now });
    },
  });
}
