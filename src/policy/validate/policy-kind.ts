/** The intended use of a document; each kind has its own rules. */
export type PolicyKind = 'identity' | 'trust' | 'session' | 'resource' | 'service-control' | 'resource-control';
