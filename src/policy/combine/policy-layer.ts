/** The layer of policies that a statement or decision belongs to. */
export type PolicyLayer = 'identity' | 'boundary' | 'session' | 'resource' | 'trust' | 'scp' | 'rcp';
