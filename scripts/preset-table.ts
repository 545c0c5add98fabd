import type { SamlPreset } from '../src/identity/applications/presets/preset.ts';
import { SAML_PRESETS } from '../src/identity/applications/presets/saml-presets.ts';

const GENERATED = /(?<=<!-- presets: begin[^\n]*-->\n).*?(?=<!-- presets: end -->)/s;

/** A page with the table of presets as they are declared. */
export function withPresetTable(page: string): string {
  const rows = [...SAML_PRESETS.values()].map(rowOf);
  const head = ['| preset | service | parameters | entity id | ACS | NameID |', '|---|---|---|---|---|---|'];
  return page.replace(GENERATED, () => `\n${[...head, ...rows].join('\n')}\n\n`);
}

function rowOf({ name, service, source, parameters, entityId, acs, nameId, audience }: SamlPreset): string {
  const given = parameters.map((each) => {
    const use = each.default === undefined ? `such as \`${each.example}\`` : `default \`${each.default}\``;
    return `\`${each.name}\`: ${lowered(each.documentation.replace(/\.$/, ''))} (${use})`;
  });
  const named = nameId.value === undefined ? `\`${nameId.format}\`` : `\`${nameId.format}\`: \`${nameId.value}\``;
  const audiences = audience === undefined ? '' : `; audience \`${audience}\``;
  return `| \`${name}\` | [${service}](${source}) | ${given.join('<br>')} | \`${entityId}\`${audiences} | \`${acs}\` | ${named} |`;
}

/** For the middle of a sentence. */
function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
