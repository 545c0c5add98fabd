import { removeTags } from '../../identity/rules/merge-tags.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from './connector-errors.ts';
import { TAG_KEYS } from './connector-tags.ts';
import { authorizeTagged, RESOURCE_ARN, requireTagged } from './tagged-resource.ts';

/** Removes tags from a connector. */
export const UntagResource = declareOperation({
  name: 'UntagResource',
  documentation:
    'Removes tags from a connector by their keys. Keys that it does not have are ignored. The permission is checked on the ARN, with the keys of the request (`aws:TagKeys`) and the tags of the connector (`aws:ResourceTag`).',
  readOnly: false,
  input: {
    ResourceArn: RESOURCE_ARN,
    TagKeys: shape.required(
      shape.list('TagKeyList', shape.text('RemovedTagKey', { length: [1, 128], audited: true }), { length: [1, 50] }),
      'The keys of the tags to remove.',
    ),
  },
  output: {},
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function untagResourceOperation({ store, connectors }: RolecallDependencies) {
  return declaredOperation(UntagResource, {
    authorize: ({ ResourceArn: arn, TagKeys }) =>
      authorizeTagged(store, UntagResource, { arn, conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ TagKeys }, _call, tagged) {
      const connector = requireTagged(tagged);
      const isDone = await connectors.editor.retag(connector, (tags) => removeTags(TAG_KEYS, tags, TagKeys));
      if (!isDone) throw noSuchConnector(tagged.name);
      return {};
    },
  });
}
