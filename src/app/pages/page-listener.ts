import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { networksOf } from '../../identity/attempts/networks.ts';
import type { PageAdmission } from './page-admission.ts';
import type { PageRequest } from './page-request.ts';
import { isForPrograms } from './program-paths.ts';
import { whenReceived } from './when-received.ts';

interface PageListenerDependencies {
  readonly admission: PageAdmission;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** Whether the browser was used to sign in before. */
  readonly isKnown: (request: IncomingMessage) => boolean;
  /** Answers a request that there is no room for. */
  readonly refuse: RequestListener;
}

/** Puts the admission in front of the pages. Requests of programs, such as for a token, go past it. */
export function pageListener(pages: RequestListener, deps: PageListenerDependencies): RequestListener {
  const { admission, clientAddress, isKnown, refuse } = deps;
  return (request, response) => {
    if (isForPrograms(pathOf(request))) return pages(request, response);
    whenReceived(request, () => admitWhole(request, response));
  };

  function admitWhole(request: IncomingMessage, response: ServerResponse): void {
    const leave = (): void => admission.forget(waiting);
    const answerBy = (listener: RequestListener) => (): void => {
      response.removeListener('close', leave);
      listener(request, response);
    };
    const networks = networksOf(clientAddress(request)).map(({ name }) => name);
    const waiting: PageRequest = {
      networks: networks.reverse(),
      isKnown: isKnown(request),
      isForm: request.method === 'POST',
      start: answerBy(pages),
      refuse: answerBy(refuse),
    };
    if (admission.admit(waiting)) response.on('close', leave);
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : url.slice(0, mark);
}
