import type { Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { stack } from '../../cloud/support/stack.ts';
import { passLogin } from './people.ts';

export const CORS = { 'access-control-allow-origin': '*' };

/** Ends the page's sign-in as the gateway and the login do: 401 from now on, and no new token. */
export async function endSession(page: Page): Promise<void> {
  await page.route(`${stack().apiUrl}/**`, (route) =>
    route.request().method() === 'OPTIONS'
      ? route.fallback()
      : route.fulfill({ status: 401, headers: CORS, body: '{}' }),
  );
  await page.route(stack().login.tokenUrl, (route) =>
    route.fulfill({
      status: 400,
      headers: { ...CORS, 'content-type': 'application/json' },
      body: '{"error":"invalid_grant"}',
    }),
  );
}

/** Lets the page sign in again, by the keyboard: what leads to the login has the focus already. */
export async function signInAgain(page: Page, person: Person): Promise<void> {
  await page.unrouteAll();
  await page.keyboard.press('Enter');
  await page.locator('#username').waitFor();
  await passLogin(page, person);
  await page.getByRole('dialog').or(page.getByRole('main')).first().waitFor();
}
