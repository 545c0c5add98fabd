import type { Context, OptionNames, Options } from './command-context.ts';

interface Command extends OptionNames {
  run(context: Context, options: Options): Promise<void>;
}

/** The commands for people's own machines. Each loads only what it needs: nothing of the server, and no package. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  login: {
    texts: ['endpoint', 'profile', 'role', 'duration'],
    flags: ['no-browser', 'device'],
    run: async (...given) => (await import('./login.ts')).login(...given),
  },
  logout: {
    texts: ['endpoint', 'profile'],
    flags: [],
    run: async (...given) => (await import('./logout.ts')).logout(...given),
  },
  credentials: {
    texts: ['profile'],
    flags: [],
    run: async (...given) => (await import('./credentials.ts')).credentials(...given),
  },
  'configure-profile': {
    texts: ['profile'],
    flags: [],
    run: async (...given) => (await import('./configure-profile.ts')).configureProfile(...given),
  },
};
