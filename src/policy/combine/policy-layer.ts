/** Which layer of policies a statement or a decision belongs to. */
export type PolicyLayer = 'identity' | 'boundary' | 'session' | 'resource' | 'trust' | 'scp' | 'rcp';
