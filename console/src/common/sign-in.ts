import { SignInRequiredError } from '@llavero/client';
import type { Session } from './session.ts';

export type Arrival = 'arrived' | 'leaving' | 'signed-out' | 'failed';

/** Decides about a visitor of the page: let them in, send them to the login, or say why they are outside. */
export async function arrive(session: Session, signedOutPath: string): Promise<Arrival> {
  if (location.pathname === signedOutPath) return 'signed-out';
  if (location.pathname !== '/callback') {
    await session.signIn(location.pathname + location.search);
    return 'leaving';
  }
  try {
    const returnTo = await session.finishSignIn(new URL(location.href));
    // The code in this address has been used: going back must not find it.
    history.replaceState(null, '', returnTo);
    return 'arrived';
  } catch (error) {
    history.replaceState(null, '', '/');
    if (!(error instanceof SignInRequiredError)) return 'failed';
    await session.signIn('/');
    return 'leaving';
  }
}
