import { type AppliedPreset, applyPreset } from '../../identity/applications/presets/apply-preset.ts';
import { SAML_PRESETS } from '../../identity/applications/presets/saml-presets.ts';
import { refuse } from '../connectors/given-connector.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { list, map, optional, required, structure, text } = shape;

/** The input that takes the settings of a SAML application from a preset. */
export const PRESET_INPUT = {
  Preset: optional(
    shape.enumeration('ApplicationPreset', [...SAML_PRESETS.keys()], {
      documentation: 'A service whose documented settings are known (docs/saml-presets.md).',
    }),
    'Takes the settings that are not given here from a preset. It is applied once: the application keeps the settings, not the name of the preset.',
  ),
  PresetParameters: optional(
    map(
      'PresetParameterMap',
      {
        key: text('PresetParameterName', { length: [1, 64], audited: true }),
        element: text('PresetParameterValue', { length: [1, 1024], audited: true }),
      },
      { length: [0, 10] },
    ),
    'What the preset needs to know, such as the name of a workspace.',
  ),
  PresetRoles: optional(
    list(
      'PresetRoleList',
      structure('PresetRole', {
        Group: required(text('PresetRoleGroup', { length: [1, 128], audited: true }), 'The name of the group.'),
        Role: required(
          text('PresetRoleName', { length: [1, 1024], audited: true }),
          'The role of its members, as the service names it. For AWS: the ARN.',
        ),
      }),
      { length: [0, 100] },
    ),
    'Which roles of the service the members of groups have, for `aws` and `grafana`.',
  ),
};
type Given = StructureOf<typeof PRESET_INPUT>;

type Applied = Exclude<AppliedPreset, { readonly problems: readonly string[] }>;

/** The settings of the preset that is named; none if none is. @throws {ServiceError} ValidationError */
export function presetOf({ Preset, PresetParameters = {}, PresetRoles = [] }: Given): Applied {
  if (Preset === undefined) {
    const isAlone = Object.keys(PresetParameters).length > 0 || PresetRoles.length > 0;
    if (isAlone) refuse(['Saml.Preset: is needed with PresetParameters and PresetRoles']);
    return { settings: {}, startUrl: undefined };
  }
  const roles = PresetRoles.map(({ Group, Role }) => ({ group: Group, role: Role }));
  const applied = applyPreset({ preset: Preset, parameters: PresetParameters, roles });
  if ('settings' in applied) return applied;
  refuse(applied.problems.map((problem) => `Saml.${problem}`));
  return { settings: {}, startUrl: undefined };
}
