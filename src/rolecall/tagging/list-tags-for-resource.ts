import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { shownTags } from '../tags/tags.ts';
import { authorizeTagged, RESOURCE_ARN, requireTagged, TAGGING_ERRORS } from './tagged-resource.ts';

/** Lists the tags of a connector or an application. */
export const ListTagsForResource = declareOperation({
  name: 'ListTagsForResource',
  documentation:
    'Lists the tags of a connector or an application; there are 50 at most. The permission is checked on the ARN.',
  readOnly: true,
  input: { ResourceArn: RESOURCE_ARN },
  output: { Tags: shape.required(shape.tags, 'The tags.') },
  errors: TAGGING_ERRORS,
});

export function listTagsForResourceOperation(deps: RolecallDependencies) {
  return declaredOperation(ListTagsForResource, {
    authorize: ({ ResourceArn: arn }) => authorizeTagged(deps, ListTagsForResource, { arn }),
    handle: (_input, _call, tagged) => ({ Tags: shownTags(requireTagged(tagged)) }),
  });
}
