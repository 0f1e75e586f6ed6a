import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openPhone } from '../cloud/support/phone.ts';
import { withFaults } from '../cloud/support/relay.ts';
import { done, rescueTargets, staffMember } from '../cloud/support/staff.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { loadPeople } from './support/load-people.ts';
import { passLock } from './support/lock.ts';
import { loseOnTheWay, restoreNetwork } from './support/network.ts';
import {
  type Desk,
  enrol,
  openConsole,
  openDesk,
  openEnrolledPhone,
  openPhonePage,
  toTokens,
} from './support/people.ts';
import {
  authorize,
  BLOCK,
  bindingCode,
  lookAgain,
  named,
  openDialog,
  openWaiting,
  RELEASE,
  reject,
  request,
  statusShown,
  UNBLOCK,
} from './support/steps.ts';

useBrowser();

/** One administrator and a user of the same name. Of each token three changes are held at most: more are refused for a while. */
let desk: Desk;
let namesake: Person;
let companies: Company[];

beforeAll(async () => {
  const people = await loadPeople([
    { name: 'Demo Homónima', role: 'ADMINISTRATOR' },
    { name: 'Demo Homónima', role: 'SECONDARY' },
  ]);
  namesake = nth(people, 1);
  desk = await openDesk(nth(people, 0));
  companies = await loadCompanies('SAL', [
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { policy: 'HOLDER', administrators: 1, secondaries: 1 },
    { administrators: 1 },
  ]);
});

test('the push is not delivered: the web says so, and the phone finds the change; the code typed wrong too many times', async () => {
  const { person, web, phone } = desk;
  await request(web, namesake, BLOCK);
  await statusShown(web, 'Aplicado');
  // The first push to this phone: past a few in some minutes none is tried.
  await withFaults([{ service: 'sns', operation: 'Publish', kind: 'error', times: 50 }], async () => {
    await request(web, namesake, UNBLOCK);
    await web.getByText('No se pudo entregar el aviso').waitFor();
  });
  const right = Number(await bindingCode(web));
  const wrong = (offset: number): string => String((right + offset) % 1_000_000).padStart(6, '0');
  await openWaiting(phone, 'Desbloquear el token');
  await authorize(phone, wrong(1));
  await phone.getByText('Le quedan 2 intentos.').waitFor();
  await authorize(phone, wrong(2));
  await phone.getByText('Le queda 1 intento.').waitFor();
  await authorize(phone, wrong(3));
  await phone.getByRole('heading', { name: /mal demasiadas veces/ }).waitFor();
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await statusShown(web, 'Rechazado');
  await web.getByText(`${named(person)} digitó mal el código demasiadas veces.`).waitFor();
});

test('two people of one name are told apart in the table, the dialog, the change and the phone; rejected there', async () => {
  const { person, web, phone } = desk;
  await toTokens(web);
  // Whoever listens to the page hears which row an action is of.
  for (const one of [person, namesake]) {
    const action = { name: `Cambiar Estado del Token Virtual: ${named(one)}`, exact: true };
    await web.getByRole('button', action).waitFor();
    await web.getByRole('link', { name: `Historial: ${named(one)}`, exact: true }).waitFor();
  }

  const changeId = await request(web, person, { ...RELEASE, note: 'Celular nuevo' });
  await web.getByRole('heading', { name: `Liberación del token de ${named(person)}` }).waitFor();
  const facts = web.locator('.change-facts');
  expect(await facts.getByText(`(${person.username})`).count()).toBe(2);

  // On the phone the company has its name, and the change the number that is read over the telephone.
  const number = (await facts.locator('.change-number').textContent()) ?? '';
  expect(number).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await openWaiting(phone);
  const signed = phone.locator('.challenge');
  expect(await signed.getByText(named(person), { exact: true }).count()).toBe(2);
  await signed.getByText(person.companyName).waitFor();
  for (const said of [number, 'Celular nuevo', changeId])
    await signed.getByText(said, { exact: true }).first().waitFor();

  await reject(phone);
  await phone.getByRole('heading', { name: 'Rechazado' }).waitFor();
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await statusShown(web, 'Rechazado');
  await web.getByText(`No se cambió nada: ${named(person)} lo rechazó en su celular.`).waitFor();
  await web.getByRole('link', { name: 'Solicitar de nuevo' }).waitFor();
  expect(await web.locator('.binding-digits').count()).toBe(0);
});

test('held: on paper without its code, found by a second request, cancelled, and asked for again as it was', async () => {
  const { person, web, phone } = desk;
  const changeId = await request(web, person, { ...RELEASE, note: 'Celular nuevo' });
  const code = await bindingCode(web);
  const text = async (): Promise<string> => String(await web.evaluate('document.body.innerText'));
  const withoutSpaces = async () => (await text()).replaceAll(/\s/g, '');
  expect(await withoutSpaces()).toContain(code);
  await web.emulateMedia({ media: 'print' });
  const paper = await text();
  expect(await withoutSpaces()).not.toContain(code);
  for (const said of [
    person.companyName,
    person.username,
    '018000 514652',
    'opción 1',
    '08:00 a 12:00',
    'no se imprime',
  ])
    expect(paper).toContain(said);
  expect(paper).not.toContain('Cancelar este cambio');
  await web.emulateMedia({ media: 'screen' });

  await openWaiting(phone);
  await toTokens(web);
  await web.getByRole('row', { name: person.username }).getByText('Liberación en espera').waitFor();
  await openDialog(web, person);
  await web.getByRole('dialog').getByRole('link', { name: 'Ver el cambio en curso' }).click();
  await web.waitForURL(new RegExp(`${changeId}$`));
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'No, dejarlo en espera' }).click();
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await web.getByText(`${named(person)} lo canceló.`).waitFor();
  await phone.getByText('Este cambio ya no espera autorización').waitFor();
  await phone.goBack();

  await web.getByRole('link', { name: 'Solicitar de nuevo' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByLabel(/^Nota/).waitFor();
  expect(await dialog.getByLabel(/^Nota/).inputValue()).toBe('Celular nuevo');
  expect(await dialog.getByRole('radio', { name: RELEASE.reason }).isChecked()).toBe(true);
  expect(await dialog.locator('input[value=RELEASE]').isChecked()).toBe(true);
  await toTokens(web);
});

test('nobody authorizes in time: nothing is done, and a decision that comes too late says so', async () => {
  const { person, web, phone } = desk;
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await loseOnTheWay(phone, /\/decision$/);
  await authorize(phone, await bindingCode(web));
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  // The code of the moment is one step away.
  await phone.getByRole('link', { name: 'Volver' }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await web.locator('.status-line').getByText('Vencido').waitFor({ timeout: 60_000 });
  await web.getByText('nadie lo autorizó a tiempo').waitFor();
  await restoreNetwork(phone);
  await phone.getByRole('heading', { name: 'Este cambio venció' }).waitFor();
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await web.getByRole('link', { name: 'Ver el token' }).click();
  await web.getByText('Activo').first().waitFor();
});

test('disowned: the phone says whom to call, the web who said so and until when its requester may not ask', async () => {
  const { person, web, phone } = desk;
  await request(web, namesake, UNBLOCK);
  await openWaiting(phone, 'Desbloquear el token');
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

test('under four eyes: superseded by a block, unblocked by the other; and where nobody is left, no code is shown', async () => {
  const [asking, deciding] = nth(companies, 0).administrators as [Person, Person];
  const [{ page: phone }, { page: web }] = await Promise.all([
    openEnrolledPhone(deciding),
    openConsole(asking),
    openPhone(asking),
  ]);
  await request(web, asking, RELEASE);
  await web.getByText('Pida a otro administrador').waitFor();
  const { page: second } = await openConsole(asking, {}, new URL(web.url()).pathname);

  // The same page open twice: the block in one is seen in the other.
  await request(web, asking, BLOCK);
  await statusShown(web, 'Aplicado');
  await statusShown(second, 'Anulado por un bloqueo');
  await second.getByText(`${named(asking)} bloqueó el token mientras tanto.`).waitFor();
  await second.close();
  await request(web, asking, UNBLOCK);
  await openWaiting(phone, 'Desbloquear el token');
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await phone.close();

  await request(web, asking, RELEASE);
  await bindingCode(web);
  const api = await openWeb(asking);
  await api.block(await findToken(api, deciding));
  await lookAgain(web);
  await web.getByText('Ya nadie puede autorizar este cambio').waitFor();
  await web.getByRole('main').getByText('018000 514652').waitFor();
  expect(await web.locator('.binding-digits').count()).toBe(0);
  expect(await web.getByText('Pida a otro administrador').count()).toBe(0);
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  // Nobody else has a phone: asking again would be refused.
  await statusShown(web, 'Cancelado');
  expect(await web.getByRole('link', { name: 'Solicitar de nuevo' }).count()).toBe(0);
  await toTokens(web);
  await openDialog(web, asking);
  await web.getByRole('dialog').getByText('Liberar', { exact: true }).click();
  await web.getByText('tal vez otro administrador pueda solicitarlo').waitFor();
});

test('the holder decides where the policy says so', async () => {
  const { administrators, secondaries } = nth(companies, 1);
  const [administrator, holder] = [nth(administrators, 0), nth(secondaries, 0)];
  const api = await openWeb(administrator);
  const [{ page: phone }, { page: web }] = await Promise.all([openPhonePage(holder), openConsole(administrator)]);
  await enrol(phone, await api.activationCode(await findToken(api, holder)));
  await request(web, holder, RELEASE);
  await web.getByText(`Pida a ${named(holder)} que abra la app`).waitFor();
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
});

test('a rescue by the bank: the page offers no cancellation, which would be refused', async () => {
  const person = nth(nth(companies, 2).administrators, 0);
  await openPhone(person);
  const bank = await staffMember(await rescueTargets());
  const { username } = person;
  const { changeId } = done(await bank.propose({ username, action: 'RELEASE', reason: 'PHONE_LOST' }));
  const { page: web } = await openConsole(person, {}, `/administracion/cambios/${changeId}`);
  await statusShown(web, 'En espera de autorización');
  await web.getByText('Dos personas del banco').waitFor();
  await web.getByRole('main').getByText('018000 514652').waitFor();
  expect(await web.getByRole('button', { name: 'Cancelar este cambio' }).count()).toBe(0);
});
