import type { IncomingMessage, RequestListener } from 'node:http';
import { Gauge, type Registry } from 'prom-client';
import type { Passwords } from '../../identity/passwords/passwords.ts';
import type { Random } from '../../kernel/random.ts';
import { registerCallTimes } from '../health/call-times.ts';
import { registerCount } from '../health/register-count.ts';
import { pageAdmission } from './page-admission.ts';
import { pageListener } from './page-listener.ts';
import { pageRefusal } from './refuse-page.ts';
import { eventLoopTurns } from './turns.ts';

interface PagesDependencies {
  /** Answers requests for pages, and of programs for what is below the issuer. */
  readonly pages: RequestListener;
  readonly passwords: Pick<Passwords, 'hasRoom'>;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly isKnownBrowser: (request: IncomingMessage) => boolean;
  readonly random: Random;
  /** Whether the public URL uses https. */
  readonly secure: boolean;
  readonly registry: Registry;
}

interface Pages {
  readonly listener: RequestListener;
  /** Refuses the pages that still wait, because the process is about to end. */
  refuseWaiting(): void;
}

/** Puts the admission in front of the pages, with its metrics. */
export function openPages(deps: PagesDependencies): Pages {
  const { registry, random, secure, passwords } = deps;
  const waits = registerCallTimes(registry, {
    name: 'rolecall_page_wait_seconds',
    help: 'Time that requests for pages waited before they were handled.',
  })({});
  const admission = pageAdmission({ turns: eventLoopTurns, mayHash: passwords.hasRoom, observeWait: waits.observe });
  new Gauge({
    name: 'rolecall_pages_waiting',
    help: 'Requests for pages that wait because others are being handled.',
    registers: [registry],
    collect() {
      this.set(admission.waiting);
    },
  });
  registerCount(registry, {
    name: 'rolecall_pages_refused_total',
    help: 'Requests for pages that were refused with 503, because too many were waiting.',
    read: () => admission.refused,
  });
  const { clientAddress, isKnownBrowser: isKnown } = deps;
  const refuse = pageRefusal({ random, secure });
  return {
    listener: pageListener(deps.pages, { admission, clientAddress, isKnown, refuse }),
    refuseWaiting: admission.refuseWaiting,
  };
}
