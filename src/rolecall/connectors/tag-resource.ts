import type { Target } from '../../authorize/target.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import { mergeTags } from '../../identity/rules/merge-tags.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from './connector-errors.ts';
import { givenTags, TAG_KEYS } from './connector-tags.ts';
import { authorizeTagged, RESOURCE_ARN, requireTagged } from './tagged-resource.ts';

/** Adds tags to a connector. */
export const TagResource = declareOperation({
  name: 'TagResource',
  documentation:
    'Adds tags to a connector, also to one of the configuration file. A tag replaces the one with the same key, in any case. The permission is checked on the ARN, with the tags of the request (`aws:RequestTag`, `aws:TagKeys`) and those of the connector (`aws:ResourceTag`).',
  readOnly: false,
  input: { ResourceArn: RESOURCE_ARN, Tags: shape.required(shape.tags, 'The tags to add.') },
  output: {},
  errors: [CONNECTOR_ERRORS.NoSuchConnector, CONNECTOR_ERRORS.LimitExceeded],
});

export function tagResourceOperation({ store, connectors }: RolecallDependencies) {
  return declaredOperation(TagResource, {
    authorize: ({ ResourceArn: arn, Tags }) =>
      authorizeTagged(store, TagResource, { arn, requestTags: givenTags(Tags) }),
    async handle({ Tags }, _call, tagged) {
      const added = givenTags(Tags);
      const isDone = await connectors.editor.retag(requireTagged(tagged), (tags) => merged(tags, added));
      if (!isDone) throw noSuchConnector(tagged.name);
      return {};
    },
  });
}

function merged(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  try {
    return mergeTags(TAG_KEYS, tags, added);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError(CONNECTOR_ERRORS.LimitExceeded, error.message, { cause: error });
  }
}

/** What must be allowed to create a connector: tagging it too, if it has tags. Otherwise, creating would grant what policies grant by tag. */
export function taggedCreation(creation: Target, given: ValueOf<typeof shape.tags> | undefined): readonly Target[] {
  const requestTags = givenTags(given);
  if (requestTags.length === 0) return [creation];
  const tagged = { ...creation, requestTags, resourceTags: requestTags };
  return [tagged, { ...tagged, action: actionOf(TagResource.schema) }];
}
