import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CONNECTOR_ERRORS } from './connector-errors.ts';
import { shownTags } from './connector-tags.ts';
import { authorizeTagged, RESOURCE_ARN, requireTagged } from './tagged-resource.ts';

/** Lists the tags of a connector. */
export const ListTagsForResource = declareOperation({
  name: 'ListTagsForResource',
  documentation: 'Lists the tags of a connector; there are 50 at most. The permission is checked on the ARN.',
  readOnly: true,
  input: { ResourceArn: RESOURCE_ARN },
  output: { Tags: shape.required(shape.tags, 'The tags.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function listTagsForResourceOperation({ store }: RolecallDependencies) {
  return declaredOperation(ListTagsForResource, {
    authorize: ({ ResourceArn: arn }) => authorizeTagged(store, ListTagsForResource, { arn }),
    handle: (_input, _call, tagged) => ({ Tags: shownTags(requireTagged(tagged).tags ?? []) }),
  });
}
