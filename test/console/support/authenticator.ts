import type { Page } from 'playwright-core';

/** A phone's own way to verify a person, as Chromium plays it: the test says who holds the phone. */
export interface Authenticator {
  /** Somebody else holds the phone from now on. As a real one, it stays shut once it has refused too often. */
  refuse(): Promise<void>;
}

/** Gives the page's device a platform authenticator with the PRF extension, or without. */
export async function addAuthenticator(page: Page, { hasPrf = true } = {}): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  });
  return {
    refuse: async () => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    },
  };
}
