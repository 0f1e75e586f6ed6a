import type { Page } from 'playwright-core';
import { type Company, changeRole, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { withFaults } from '../cloud/support/relay.ts';
import { done, rescueTargets, staffMember } from '../cloud/support/staff.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { passLock } from './support/lock.ts';
import { enrol, openConsole, openEnrolledPhone, openPhonePage, reload } from './support/people.ts';
import {
  authorize,
  BLOCK,
  bindingCode,
  named,
  openWaiting,
  RELEASE,
  reject,
  request,
  statusShown,
  UNBLOCK,
} from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('SAL', [
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { policy: 'HOLDER', administrators: 1, secondaries: 1 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { administrators: 1 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

/** An administrator with a phone at hand, at the console. */
async function atWork(number: number): Promise<{ person: Person; web: Page; phone: Page }> {
  const person = nth(nth(companies, number).administrators, 0);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  return { person, web, phone };
}

test('rejected on the phone', async () => {
  const { person, web, phone } = await atWork(0);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await reject(phone);
  await phone.getByRole('heading', { name: 'Rechazado' }).waitFor();
  await statusShown(web, 'Rechazado');
  await web.getByText(`No se cambió nada: ${named(person)} lo rechazó en su celular.`).waitFor();
  await web.getByRole('link', { name: 'Solicitar de nuevo' }).waitFor();
  expect(await web.locator('.binding-digits').count()).toBe(0);
});

test('rejected with “no fui yo”: the phone says whom to call, the web who said so and until when its requester may not ask', async () => {
  const { person, web, phone } = await atWork(1);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await phone.getByRole('button', { name: 'No reconozco esta solicitud' }).click();
  await phone.getByRole('heading', { name: '¿No pidió usted este cambio?' }).waitFor();
  expect(await violations(phone)).toEqual([]);
  await phone.getByRole('button', { name: 'Sí, no la reconozco' }).click();
  await passLock(phone);
  await phone.getByText('llame a la línea de soporte').waitFor();
  await phone.getByRole('link', { name: '018000 514652' }).waitFor();
  await statusShown(web, 'Rechazado');
  await web.getByText(`${named(person)} respondió «no reconozco esta solicitud» en su celular.`).waitFor();
  await web
    .getByText(`${named(person)} no puede solicitar que este token se libere o se desbloquee hasta el`)
    .waitFor();
  await web.getByText('otra persona usó su acceso').waitFor();
  // Asking again would be refused.
  expect(await web.getByRole('link', { name: 'Solicitar de nuevo' }).count()).toBe(0);
});

test('the code typed wrong too many times', async () => {
  const { person, web, phone } = await atWork(2);
  await request(web, person, RELEASE);
  const right = Number(await bindingCode(web));
  const wrong = (offset: number): string => String((right + offset) % 1_000_000).padStart(6, '0');
  await openWaiting(phone);
  await authorize(phone, wrong(1));
  await phone.getByText('Le quedan 2 intentos.').waitFor();
  await authorize(phone, wrong(2));
  await phone.getByText('Le queda 1 intento.').waitFor();
  await authorize(phone, wrong(3));
  await phone.getByRole('heading', { name: /mal demasiadas veces/ }).waitFor();
  await statusShown(web, 'Rechazado');
  await web.getByText(`${named(person)} digitó mal el código demasiadas veces.`).waitFor();
});

test('cancelled on the web: the phone lets go of it', async () => {
  const { person, web, phone } = await atWork(3);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'No, dejarlo en espera' }).click();
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await web.getByText(`${named(person)} lo canceló.`).waitFor();
  await phone.getByText('Este cambio ya no espera autorización').waitFor();
  await web.getByRole('link', { name: 'Solicitar de nuevo' }).click();
  await web.getByRole('dialog').getByText('Liberar', { exact: true }).waitFor();
});

test('superseded by a block; unblocked by the other administrator', async () => {
  const company = nth(companies, 7);
  const [asking, deciding] = [nth(company.administrators, 0), nth(company.administrators, 1)];
  const { page: phone } = await openEnrolledPhone(deciding);
  const { page: web } = await openConsole(asking);
  const { page: askingPhone } = await openEnrolledPhone(asking);
  await request(web, asking, RELEASE);
  await web.getByText('Pida a otro administrador').waitFor();
  const { page: second } = await openConsole(asking, {}, new URL(web.url()).pathname);

  // The same page open twice: the block in one is seen in the other.
  await request(web, asking, BLOCK);
  await statusShown(web, 'Aplicado');
  await statusShown(second, 'Anulado por un bloqueo');
  await second.getByText(`${named(asking)} bloqueó el token mientras tanto.`).waitFor();
  await askingPhone.getByText('Su token está bloqueado').waitFor();

  // Four eyes: the other administrator's phone is the one that is asked.
  await request(web, asking, UNBLOCK);
  await openWaiting(phone, 'Desbloquear el token');
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await askingPhone.getByRole('heading', { name: 'Su código' }).waitFor();
});

test('the holder decides where the policy says so', async () => {
  const company = nth(companies, 8);
  const administrator = nth(company.administrators, 0);
  const holder = nth(company.secondaries, 0);
  const { page: web } = await openConsole(administrator);
  const api = await openWeb(administrator);
  const { page: phone } = await openPhonePage(holder);
  await enrol(phone, await api.activationCode(await readTokenId(web, holder)));
  await request(web, holder, RELEASE);
  await web.getByText(`Pida a ${named(holder)} que abra la app`).waitFor();
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
});

test('nobody authorizes in time: nothing is released', async () => {
  const { person, web, phone } = await atWork(4);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await web.locator('.status-line').getByText('Vencido').waitFor({ timeout: 60_000 });
  await web.getByText('nadie lo autorizó a tiempo').waitFor();
  await phone.getByText('Este cambio ya no espera autorización').waitFor();
  await web.getByRole('link', { name: 'Ver el token' }).click();
  await web.getByText('Activo').first().waitFor();
});

test('the push is not delivered: the web says so, the phone finds the change all the same', async () => {
  const { person, web, phone } = await atWork(5);
  await withFaults([{ service: 'sns', operation: 'Publish', kind: 'error', times: 50 }], async () => {
    await request(web, person, RELEASE);
    await web.getByText('No se pudo entregar el aviso').waitFor();
  });
  await reload(phone, person);
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
});

test('nobody is left who could decide it: the page says so and shows no code', async () => {
  const company = nth(companies, 9);
  const [asking, deciding] = [nth(company.administrators, 0), nth(company.administrators, 1)];
  await openEnrolledPhone(deciding);
  await openEnrolledPhone(asking);
  const { page: web } = await openConsole(asking);
  const api = await openWeb(asking);
  const theirs = await readTokenId(web, deciding);
  await request(web, asking, RELEASE);
  await web.getByText('Pida a otro administrador').waitFor();
  await bindingCode(web);
  await api.block(theirs);
  await web.getByText('Ya nadie puede autorizar este cambio').waitFor();
  await web.getByRole('main').getByText('018000 514652').waitFor();
  expect(await web.locator('.binding-digits').count()).toBe(0);
  expect(await web.getByText('Pida a otro administrador').count()).toBe(0);
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  // Under four eyes nobody else has a phone: asking again would be refused.
  await web.getByText(`${named(asking)} lo canceló.`).waitFor();
  expect(await web.getByRole('link', { name: 'Solicitar de nuevo' }).count()).toBe(0);
});

test('whoever asked may ask no more when it is authorized: the page says so', async () => {
  const [asking, deciding] = [nth(nth(companies, 11).administrators, 0), nth(nth(companies, 11).administrators, 1)];
  await openEnrolledPhone(asking);
  const { page: phone } = await openEnrolledPhone(deciding);
  const { page: web } = await openConsole(asking);
  const changeId = await request(web, asking, RELEASE);
  const code = await bindingCode(web);
  const { page: theirs } = await openConsole(deciding, {}, `/administracion/cambios/${changeId}`);
  await openWaiting(phone);
  await changeRole(asking, 'SECONDARY');
  await authorize(phone, code);
  await statusShown(theirs, 'Cancelado');
  await theirs.getByText(`${named(asking)} ya no podía solicitarlo cuando se iba a autorizar.`).waitFor();
});

test('a rescue by the bank: the page offers no cancellation, which would be refused', async () => {
  const person = nth(nth(companies, 10).administrators, 0);
  await openEnrolledPhone(person);
  const bank = await staffMember(await rescueTargets());
  const { username } = person;
  const { changeId } = done(await bank.propose({ username, action: 'RELEASE', reason: 'PHONE_LOST' }));
  const { page: web } = await openConsole(person, {}, `/administracion/cambios/${changeId}`);
  await statusShown(web, 'En espera de autorización');
  await web.getByText('Dos personas del banco').waitFor();
  await web.getByRole('main').getByText('018000 514652').waitFor();
  expect(await web.getByRole('button', { name: 'Cancelar este cambio' }).count()).toBe(0);
});

test('a second change while one is held leads to the one that is held', async () => {
  const { person, web } = await atWork(6);
  const changeId = await request(web, person, RELEASE);
  await web.getByRole('link', { name: 'Administración de Token' }).first().click();
  await web.getByRole('row', { name: person.fullName }).getByText('Liberación en espera').waitFor();
  await web.getByRole('button', { name: `Cambiar Estado del Token Virtual: ${named(person)}`, exact: true }).click();
  await web.getByRole('dialog').getByRole('link', { name: 'Ver el cambio en curso' }).click();
  await web.waitForURL(new RegExp(`${changeId}$`));
  await statusShown(web, 'En espera de autorización');
});

async function readTokenId(web: Page, person: Person): Promise<string> {
  const address = await web.getByRole('link', { name: `Historial: ${person.fullName}` }).getAttribute('href');
  return decodeURIComponent(address?.split('/').at(-1) ?? '');
}
