import type { RollOverStep } from '../../../federation/connectors/connector-kind.ts';
import type { Connector, ConnectorKindName, ConnectorSettings } from '../../../identity/documents/connector.ts';
import type { StructureShape } from '../../shapes/shape.ts';

/** What the settings of a kind are shown with. */
export interface ShownWith {
  readonly connector: Connector;
  /** Without a slash at its end. */
  readonly publicUrl: string;
}

/** How the API calls a kind of connector and its settings: a row of the table `kinds.ts`. */
export interface ConnectorKindShapes {
  readonly kind: ConnectorKindName;
  /** The settings of a new connector. */
  readonly created: StructureShape;
  /** The settings that may be changed. What is left out stays as it is. */
  readonly changed: StructureShape;
  /** Everything but the secret. */
  readonly shown: StructureShape;
  /** The members whose change cannot give groups to other people. All others are assumed to. */
  readonly harmless: ReadonlySet<string>;
  /** The settings that an empty value removes, under the names of the configuration file. */
  readonly removable: readonly string[];
  /** The settings that were given, under the names of the configuration file. */
  given(input: object): Readonly<Record<string, unknown>>;
  /** The step of a roll-over of our own keys that a change asks for. */
  rollOver?(input: object): RollOverStep | undefined;
  show(settings: ConnectorSettings, shown: ShownWith): object;
}
