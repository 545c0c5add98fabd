import { removeTags } from '../../identity/rules/merge-tags.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { TAG_KEYS } from '../tags/tags.ts';
import { authorizeTagged, RESOURCE_ARN, retag, TAGGING_ERRORS } from './tagged-resource.ts';

/** Removes tags from a connector or an application. */
export const UntagResource = declareOperation({
  name: 'UntagResource',
  documentation:
    'Removes tags from a connector or an application by their keys. Keys that it does not have are ignored. The permission is checked on the ARN, with the keys of the request (`aws:TagKeys`) and the tags of the resource (`aws:ResourceTag`).',
  readOnly: false,
  input: {
    ResourceArn: RESOURCE_ARN,
    TagKeys: shape.required(
      shape.list('TagKeyList', shape.text('RemovedTagKey', { length: [1, 128], audited: true }), { length: [1, 50] }),
      'The keys of the tags to remove.',
    ),
  },
  output: {},
  errors: TAGGING_ERRORS,
});

export function untagResourceOperation(deps: RolecallDependencies) {
  return declaredOperation(UntagResource, {
    authorize: ({ ResourceArn: arn, TagKeys }) =>
      authorizeTagged(deps, UntagResource, { arn, conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ TagKeys }, _call, tagged) {
      await retag(tagged, (tags) => removeTags(TAG_KEYS, tags, TagKeys));
      return {};
    },
  });
}
