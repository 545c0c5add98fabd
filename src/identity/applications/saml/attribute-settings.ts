import * as z from 'zod';
import { ATTRIBUTE_NAME_FORMATS } from '../../documents/applications/saml-application.ts';
import { line, mappingFields, mappingProblem } from '../mapping/mapping-settings.ts';

/** An attribute of the assertions for a service provider. */
export const attributeShape = z
  .strictObject({
    name: line(512).describe('The name.'),
    friendlyName: line(128).optional().describe('The friendly name.'),
    nameFormat: z
      .enum(ATTRIBUTE_NAME_FORMATS, `must be one of ${ATTRIBUTE_NAME_FORMATS.join(', ')}`)
      .optional()
      .describe(
        'The format of the name: `uri`, `basic` or `unspecified`. Default: `uri` if the name has a colon, else `basic`.',
      ),
    ...mappingFields,
  })
  .superRefine((given, context) => {
    const message = mappingProblem(given);
    if (message !== undefined) context.addIssue({ code: 'custom', message, path: ['values'] });
  });
