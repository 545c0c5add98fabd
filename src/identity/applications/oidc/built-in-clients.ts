/** The client that our own pages use to sign people in, through the same steps as for any app. */
export const OWN_CLIENT_ID = 'rolecall';
/** The client of the command `rolecall login`. Its tokens, and no others, can be exchanged for role credentials. */
export const COMMAND_LINE_CLIENT_ID = 'rolecall-cli';
/** The clients of this server itself. No application may have their ids, and nobody can push requests in their name. */
export const BUILT_IN_CLIENTS: ReadonlySet<string> = new Set([OWN_CLIENT_ID, COMMAND_LINE_CLIENT_ID]);
