import type { Tag } from '../../identity/documents/entity.ts';
import { mergeTags } from '../../identity/rules/merge-tags.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { CONNECTOR_ERRORS } from '../connectors/connector-errors.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { givenTags, TAG_KEYS } from '../tags/tags.ts';
import { authorizeTagged, RESOURCE_ARN, retag, TAGGING_ERRORS } from './tagged-resource.ts';

/** Adds tags to a connector or an application. */
export const TagResource = declareOperation({
  name: 'TagResource',
  documentation:
    'Adds tags to a connector or an application, also to one of the configuration file. A tag replaces the one with the same key, in any case. The permission is checked on the ARN, with the tags of the request (`aws:RequestTag`, `aws:TagKeys`) and those of the resource (`aws:ResourceTag`).',
  readOnly: false,
  input: { ResourceArn: RESOURCE_ARN, Tags: shape.required(shape.tags, 'The tags to add.') },
  output: {},
  errors: [...TAGGING_ERRORS, CONNECTOR_ERRORS.LimitExceeded],
});

export function tagResourceOperation(deps: RolecallDependencies) {
  return declaredOperation(TagResource, {
    authorize: ({ ResourceArn: arn, Tags }) =>
      authorizeTagged(deps, TagResource, { arn, requestTags: givenTags(Tags) }),
    async handle({ Tags }, _call, tagged) {
      const added = givenTags(Tags);
      await retag(tagged, (tags) => merged(tags, added));
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
