import type { Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { openSystem } from '../../cloud/support/otp.ts';
import { openApp } from '../../cloud/support/phone.ts';

/** Has the bank check the code that the page shows. */
export async function shownCodeIsValid(phone: Page, person: Person): Promise<unknown> {
  const code = await phone.locator('.one-time-code [data-code]').getAttribute('data-code');
  return (await (await openSystem()).verify((await openApp(person)).userId, code ?? '')).body;
}
