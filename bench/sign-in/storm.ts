import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../harness/start-server.ts';
import { MACHINE_CONFIG } from '../token.ts';
import { prepareRole } from '../wire-requests.ts';
import { SIGN_IN_ENV } from './people.ts';
import type { CallFigures } from './storm-calls.ts';
import type { StormCounts } from './storm-people.ts';
import type { Browser, PersonFigures } from './storm-person.ts';

/** What calls take, while nothing else happens or during the storm. */
export interface StormFigures extends CallFigures {
  readonly when: 'calm' | 'storm';
  /** Resident memory of the server, without mapped files. */
  readonly megabytes: number;
}

export interface StormRound {
  readonly figures: readonly [calm: StormFigures, storm: StormFigures];
  /** One person among the strangers, whose browser is the one named. */
  readonly browser: Browser;
  readonly person: PersonFigures;
  readonly counts: StormCounts;
  readonly seconds: number;
}

const ROUNDS = 4;
/** The people begin together, and all of them are under way after so long. */
const BEGIN_MS = 5_000;

/**
 * How a storm of sign-ins affects other calls, and one more person: `atATime` people try at once, with wrong and right passwords, codes and
 * passkeys, each again as soon as they have their answer. The people are simulated on the same cores, at the lowest priority, and the measured
 * clients at the highest, because real ones bring their own cores. Calm and storm take turns.
 */
export async function signInStorm(atATime: number, log: (round: StormRound) => void): Promise<readonly StormRound[]> {
  const nodeFlags = process.env['ROLECALL_BENCH_NODE_FLAGS']?.split(' ') ?? [];
  const server = await startServer({ env: SIGN_IN_ENV, config: MACHINE_CONFIG, stdoutFile: '/dev/null', nodeFlags });
  const [people, person, calls] = ['people', 'person', 'calls'].map(start) as [Asked, Asked, Asked];
  setPriority(people.child.pid ?? 0, constants.priority.PRIORITY_LOW);
  for (const { child } of [person, calls]) raisePriority(child);
  try {
    const { roleArn } = await prepareRole(server);
    const who = { url: server.url, admin: server.admin };
    await Promise.all([people.ask({ server: who }), person.ask({ server: who })]);
    const measured = async (when: StormFigures['when']): Promise<StormFigures> => ({
      when,
      ...((await calls.ask({ server: who, roleArn })) as CallFigures),
      megabytes: megabytesOf(server.process?.child.pid),
    });
    await measured('calm');
    const rounds: StormRound[] = [];
    while (rounds.length < ROUNDS) {
      const calm = await measured('calm');
      const browser = rounds.length % 2 === 0 ? 'known' : 'new';
      const from = performance.now();
      const counts = people.ask({ atATime });
      await wait(BEGIN_MS);
      const seen = person.ask({ browser });
      const storm = await measured('storm');
      person.child.send({ end: true });
      const figuresOfPerson = (await seen) as PersonFigures;
      people.child.send({ end: true });
      const seconds = (performance.now() - from) / 1000;
      const round: StormRound = {
        figures: [calm, storm],
        browser,
        person: figuresOfPerson,
        counts: (await counts) as StormCounts,
        seconds,
      };
      log(round);
      rounds.push(round);
    }
    return rounds;
  } finally {
    for (const { child } of [people, person, calls]) await end(child);
    await server.stop();
  }
}

interface Asked {
  readonly child: ChildProcess;
  /** Sends a message, and waits for the answer. */
  ask(message: object): Promise<unknown>;
}

function start(name: string): Asked {
  const child = fork(fileURLToPath(new URL(`./storm-${name}.ts`, import.meta.url)), { execArgv: ['--import', 'tsx'] });
  return {
    child,
    async ask(message) {
      const answered = once(child, 'message');
      child.send(message);
      return (await answered)[0];
    },
  };
}

/** What these clients measure must not depend on when they get a core; without root's rights, it does a little. */
function raisePriority({ pid }: ChildProcess): void {
  try {
    setPriority(pid ?? 0, constants.priority.PRIORITY_HIGHEST);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

/** The peak of anonymous memory is not kept by Linux, so this is what the processes have now. */
function megabytesOf(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const own = Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  return children.reduce((sum, child) => sum + megabytesOf(Number(child)), own);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
