import * as z from 'zod';

/** Settings for SAML assertions that are exchanged for role credentials. */
export const samlSettingsShape = z.strictObject({
  recipients: z
    .array(z.url())
    .default([])
    .describe(
      'Further URLs that the Recipient and Destination of a SAML response may name, besides `<publicUrl>/saml`. For example `https://signin.aws.amazon.com/saml`, for an identity provider that can only be configured for AWS; assertions for AWS are then accepted here too.',
    ),
  audiences: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Further names that the Audience of a SAML assertion may have, besides `<publicUrl>/saml`. For example `urn:amazon:webservices`.',
    ),
});
