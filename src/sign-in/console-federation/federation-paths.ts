/** AWS's path of the federation endpoint. Below it are the connectors' call-backs. */
export const FEDERATION_PATH = '/federation';
/** The page that shows who is signed in by console federation. */
export const SESSION_PATH = `${FEDERATION_PATH}/session`;
