import type { GroupValues } from '../../documents/applications/group-values.ts';
import type { PresetParameter, PresetRoles, SamlPreset } from './preset.ts';
import { SAML_PRESETS } from './saml-presets.ts';

/** Which preset an application is made of. */
export interface PresetChoice {
  readonly preset: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Which members of groups have which roles of the service. */
  readonly roles: readonly { readonly group: string; readonly role: string }[];
}

/** The settings of a preset, named as in the configuration file, or what is wrong with the choice. */
export type AppliedPreset =
  | { readonly settings: Readonly<Record<string, unknown>>; readonly startUrl: string | undefined }
  | { readonly problems: readonly string[] };

/** A variable (`$` before the brace) is a variable of templates, and filled at each sign-in. */
const PLACEHOLDER = /(?<!\$)\{([A-Z]\w*)\}/g;

export function applyPreset({ preset: name, parameters, roles }: PresetChoice): AppliedPreset {
  const preset = SAML_PRESETS.get(name);
  if (preset === undefined) {
    return { problems: [`Preset: there is no ${name} (known: ${[...SAML_PRESETS.keys()].join(', ')})`] };
  }
  const problems = [...parameterProblems(preset, parameters), ...roleProblems(preset, roles)];
  if (problems.length > 0) return { problems };
  const defaults = preset.parameters.flatMap((each) => (each.default === undefined ? [] : [[each.name, each.default]]));
  const values: Readonly<Record<string, string>> = { ...Object.fromEntries(defaults), ...parameters };
  const filled = (text: string): string =>
    text.replace(PLACEHOLDER, (_all, parameter: string) => values[parameter] ?? '');
  const { audience, signResponse, startUrl } = preset;
  const ofRoles = preset.roles === undefined || roles.length === 0 ? [] : [rolesAttribute(preset.roles, roles, values)];
  return {
    settings: {
      entityId: filled(preset.entityId),
      acs: [{ url: filled(preset.acs) }],
      ...(audience !== undefined && { audience: filled(audience) }),
      nameId: preset.nameId,
      attributes: [
        ...ofRoles,
        ...preset.attributes.map((attribute) => ({ ...attribute, values: attribute.values.map(filled) })),
      ],
      ...(signResponse !== undefined && { signResponse }),
    },
    startUrl: startUrl === undefined ? undefined : filled(startUrl),
  };
}

function parameterProblems({ name, parameters }: SamlPreset, given: PresetChoice['parameters']): readonly string[] {
  const unknown = Object.keys(given).filter((each) => !parameters.some((known) => known.name === each));
  const words = parameters.length === 0 ? 'none' : parameters.map((each) => each.name).join(', ');
  return [
    ...unknown.map((each) => `PresetParameters: the preset ${name} has no parameter ${each} (known: ${words})`),
    ...parameters.flatMap((parameter) => valueProblem(parameter, given[parameter.name])),
  ];
}

function valueProblem(parameter: PresetParameter, value: string | undefined): readonly string[] {
  const { name, example, pattern, documentation } = parameter;
  if (value === undefined) {
    return parameter.default === undefined ? [`PresetParameters: ${name} is needed, such as ${example}`] : [];
  }
  if (isWhole(pattern, value)) return [];
  const meaning = documentation.charAt(0).toLowerCase() + documentation.slice(1).replace(/\.$/, '');
  return [`PresetParameters.${name}: must be ${meaning}, such as ${example}`];
}

function roleProblems({ name, roles: known }: SamlPreset, roles: PresetChoice['roles']): readonly string[] {
  if (roles.length === 0) return [];
  if (known === undefined) return [`PresetRoles: the preset ${name} has no roles`];
  return roles.flatMap(({ role }, position) =>
    isWhole(known.pattern, role) ? [] : [`PresetRoles.${position}.Role: must look like ${known.example}`],
  );
}

/** Constants, given by the group alone: nothing that people can change about themselves gives them a role. */
function rolesAttribute(
  { attribute, written = (role) => role }: PresetRoles,
  roles: PresetChoice['roles'],
  parameters: Readonly<Record<string, string>>,
) {
  const groups = [...new Set(roles.map(({ group }) => group))];
  const forGroups: readonly GroupValues[] = groups.map((group) => ({
    group,
    values: roles.filter((each) => each.group === group).map(({ role }) => written(role, parameters)),
  }));
  return { name: attribute, values: [], forGroups };
}

function isWhole(pattern: RegExp, value: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`).test(value);
}
