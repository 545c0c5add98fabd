import type { SignInHistory, SignInOrigin } from '../sign-in-policy/sign-in-history.ts';

/** A history of sign-ins that reports each sign-in completed in a browser that the person has not used before. */
export function tellingNewDevices(history: SignInHistory, tell: (origin: SignInOrigin) => void): SignInHistory {
  return {
    ...history,
    async remember(origin, place) {
      const isNew = !(await history.hasUsedDevice(origin));
      await history.remember(origin, place);
      if (isNew) tell(origin);
    },
  };
}
