import { loadCompany, nth } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { passLock } from './support/lock.ts';
import { enrol, installed, openEnrolledPhone } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { authorize, openWaiting } from './support/steps.ts';

useBrowser();

test('without a network the code is good and nothing is claimed; back in it, one authorizes, and enrols again', async () => {
  const company = await loadCompany('FUERA', { administrators: 1 });
  const person = nth(company.administrators, 0);
  const { page: phone, context } = await openEnrolledPhone(person, { serviceWorkers: 'allow' });
  await installed(phone);
  await context.setOffline(true);
  await phone.reload();
  await passLock(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await phone.getByText('Sin conexión no se sabe si algo espera su autorización').waitFor();
  expect(await phone.getByText('No tiene nada por autorizar.').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });

  // The sign-in that was kept goes on: nobody asks for the password.
  await context.setOffline(false);
  const web = await openWeb(person);
  const tokenId = await findToken(web, person);
  const { changeId, bindingCode = '' } = await web.hold(tokenId);
  await openWaiting(phone);
  await authorize(phone, bindingCode);
  await web.until(changeId, 'APPLIED');
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await enrol(phone, await web.activationCode(tokenId));

  // Signing out reaches the login later: until then the page says what is left to do.
  await context.setOffline(true);
  await phone.getByRole('button', { name: 'Cerrar sesión' }).click();
  await phone.getByText('El servicio de ingreso no respondió y allá sigue abierta').waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  await context.setOffline(false);
  const revoked = phone.waitForRequest(/\/oauth2\/revoke$/);
  const ended = phone.waitForRequest(/\/logout\?/);
  const back = phone.waitForEvent('load');
  await phone.getByRole('button', { name: 'Terminar de cerrar la sesión' }).click();
  const form = new URLSearchParams((await revoked).postData() ?? '');
  await Promise.all([ended, back]);
  await passLock(phone);
  await phone.getByText('Ingrese para ver lo que espera su autorización.').waitFor();
  const { clientId } = stack().clients.app;
  expect(form.get('client_id')).toBe(clientId);
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: form.get('token') ?? '',
  });
  const refused = await fetch(stack().login.tokenUrl, { method: 'POST', body });
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
});
