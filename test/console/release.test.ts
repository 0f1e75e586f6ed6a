import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { nth } from '../cloud/support/company.ts';
import { useBrowser } from './support/browser.ts';
import { loadPeople } from './support/load-people.ts';
import { enrol, openConsole, openEnrolledPhone, openPhonePage } from './support/people.ts';
import { picture } from './support/screenshot.ts';
import {
  authorize,
  bindingCode,
  choose,
  confirm,
  openDialog,
  RELEASE,
  readChangeId,
  statusShown,
} from './support/steps.ts';

useBrowser();

test('a release, from sign-in to a released token, with two phones side by side', async () => {
  const people = await loadPeople([
    { name: 'Demo Administradora Uno', role: 'ADMINISTRATOR' },
    { name: 'Demo Administrador Dos', role: 'ADMINISTRATOR' },
    { name: 'Demo Tesorería Tres', role: 'SECONDARY' },
    { name: 'Demo Nómina Cuatro', role: 'SECONDARY' },
  ]);
  const administrator = nth(people, 0);
  const holder = nth(people, 2);

  // The administrator's own phone comes in with the code of the import.
  const { page: phone } = await openEnrolledPhone(administrator);
  const { page: web } = await openConsole(administrator);
  await web.getByRole('heading', { name: 'Administración de Token' }).waitFor();
  await web.getByRole('row', { name: holder.fullName }).getByText('Por habilitar').waitFor();
  await picture(web, '01-tokens');

  // An activation code for the holder, shown once; their phone is another profile.
  await web.getByRole('link', { name: `Historial: ${holder.fullName}` }).click();
  await web.getByRole('button', { name: 'Código de activación' }).click();
  await web.getByRole('button', { name: 'Generar código' }).click();
  const activationCode = (await web.locator('.activation-code').textContent()) ?? '';
  await web.getByRole('img', { name: /Código QR/ }).waitFor();
  await picture(web, '02-activation-code');
  await web.getByRole('button', { name: 'Ya lo entregué' }).click();
  expect(await web.locator('.activation-code').count()).toBe(0);

  const { page: holderPhone } = await openPhonePage(holder);
  await holderPhone.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  await picture(holderPhone, '03-phone-enrolment');
  await enrol(holderPhone, activationCode);
  expect(await holderPhone.locator('.one-time-code [data-code]').getAttribute('data-code')).toMatch(/^\d{6}$/);
  await picture(holderPhone, '04-phone-code');

  // The change: dialog, causal, summary, confirmation.
  await web.getByRole('link', { name: 'Token Virtual' }).click();
  await web.getByRole('row', { name: holder.fullName }).getByText('Activo').waitFor();
  await openDialog(web, holder);
  await choose(web, RELEASE);
  await web.getByRole('heading', { name: 'Revise antes de confirmar' }).waitFor();
  await picture(web, '05-summary');
  await confirm(web, RELEASE);

  // Held: six digits on the web, the push on the administrator's phone and on no other.
  const changeId = await readChangeId(web);
  await statusShown(web, 'En espera de autorización');
  const push = phone.getByText('¿Pidió usted un cambio en la web?');
  await push.waitFor();
  await web.getByText('Aviso enviado al celular.').waitFor();
  await picture(web, '06-held');
  await picture(phone, '07-phone-push');
  // The holder, who is not asked, is told what is going on.
  await holderPhone.getByText('Pidieron liberar su token.').waitFor();
  expect(await holderPhone.locator('.waiting-item').count()).toBe(0);

  await push.click();
  await phone.getByText(holder.fullName).first().waitFor();
  await phone.getByText('Cambio de celular').waitFor();
  await picture(phone, '08-phone-authorize');
  await authorize(phone, await bindingCode(web));
  await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
  await picture(phone, '09-phone-done');

  // Applied: seen without a reload, by whoever just leaves the page open.
  await web.locator('.status-line').getByText('Aplicado', { exact: true }).waitFor();
  await web.getByRole('link', { name: 'Generar código de activación' }).waitFor();
  await picture(web, '10-applied');
  await holderPhone.getByText('Su token fue liberado').waitFor();

  // The receipt, for whoever has to prove it later.
  const download = web.waitForEvent('download');
  await web.getByRole('button', { name: 'Descargar comprobante' }).click();
  const receipt = await readFile(await (await download).path(), 'utf8');
  expect(JSON.parse(receipt)).toMatchObject({ change: { changeId, action: 'RELEASE', status: 'APPLIED' } });

  // On paper: what it says, by whose word, and how to verify the file.
  await web.getByRole('link', { name: 'Ver comprobante' }).click();
  await web.getByText(createHash('sha256').update(receipt).digest('hex'), { exact: true }).waitFor();
  await web.emulateMedia({ media: 'print' });
  const paper = String(await web.evaluate('document.body.innerText'));
  for (const told of [
    administrator.companyName,
    holder.fullName,
    changeId,
    'no prueba nada por sí sola',
    '--key LLAVES',
  ])
    expect(paper).toContain(told);
  expect(paper).not.toContain('Imprimir');
  await web.emulateMedia({ media: 'screen' });
  await web.goBack();

  // What the token's record and the physical token say.
  await web.getByRole('link', { name: 'Ver el token' }).click();
  await web.getByText('Cambio aplicado').waitFor();
  await picture(web, '11-history');
  await web.getByRole('link', { name: 'Token Virtual' }).click();
  await web.getByRole('tab', { name: 'Token Físico' }).click();
  await web.getByRole('row', { name: holder.fullName }).getByText('Inhabilitado').waitFor();
});
