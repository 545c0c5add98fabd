/** The page with the apps and roles of whoever is signed in. */
export const START_PATH = '/start';
/** Gives temporary credentials of a role. Only forms of the start page lead here. */
export const CREDENTIALS_PATH = `${START_PATH}/credentials`;
/** The icons of apps. */
export const ICONS_PATH = `${START_PATH}/icons`;
/** The query with which a person signs in again, to show a second factor. */
export const STEP_UP = 'step-up';
