import { DELIVERY_MODES } from '../../../identity/applications/oidc/client-flows.ts';
import { type Members, type StructureOf, shape } from '../../shapes/shape.ts';

export { CIBA_GRANT } from '../../../identity/applications/oidc/client-flows.ts';

const { enumeration, optional, text } = shape;

/** How an application asks people by the back channel (OpenID Connect CIBA Core 1.0 §4). */
export const BACKCHANNEL_MEMBERS = {
  BackchannelDeliveryMode: optional(
    enumeration('ClientBackchannelDeliveryMode', [...DELIVERY_MODES.map(upper), 'NONE'], {
      documentation: 'How a client learns that a person has answered its request.',
    }),
    'How it learns that a person has answered its request: by polling, or by a notification as well. Needed with `CIBA`; `NONE` removes it.',
  ),
  BackchannelNotificationUri: optional(
    text('ClientNotificationUri', { length: [0, 2048], audited: true }),
    'The https URL that is notified with `PING`.',
  ),
} satisfies Members;
type Given = StructureOf<typeof BACKCHANNEL_MEMBERS>;

/** Their names in the metadata of a client. */
export const BACKCHANNEL_METADATA: Readonly<Record<keyof Given, string>> = {
  BackchannelDeliveryMode: 'backchannel_token_delivery_mode',
  BackchannelNotificationUri: 'backchannel_client_notification_endpoint',
};

function upper<const Value extends string>(value: Value): Uppercase<Value> {
  return value.toUpperCase() as Uppercase<Value>;
}
