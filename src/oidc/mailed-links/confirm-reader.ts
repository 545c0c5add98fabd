import type { Context } from 'koa';
import type { Person } from '../../identity/credentials/people.ts';
import type { BrowserChecks } from '../../sign-in/confirm-browser/confirm-browser.ts';
import type { KnownDevices } from '../../sign-in/known-devices.ts';

interface ReaderDependencies {
  readonly devices: KnownDevices;
  readonly browsers: Pick<BrowserChecks, 'confirm'>;
}

/** Makes a browser the person's own in which they have used a mailed link: that proves what a mailed code would. */
export async function confirmReader(
  { devices, browsers }: ReaderDependencies,
  ctx: Context,
  { subject }: Person,
): Promise<void> {
  const device = devices.idOf(ctx) ?? devices.newId();
  await browsers.confirm({ subject, device });
  devices.keep(ctx, device);
}
