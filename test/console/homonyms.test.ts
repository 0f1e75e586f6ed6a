import { changeRole, loadAgain, loadCompany, nth } from '../cloud/support/company.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { openConsole, openEnrolledPhone } from './support/people.ts';
import { named, openWaiting, RELEASE, readChangeId, request } from './support/steps.ts';

afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

test('two people of one name are told apart in the table, the dialog, the change and the phone', async () => {
  const company = await loadCompany('HOMO', { administrators: 1, secondaries: 2 });
  const loaded = nth(company.administrators, 0);
  const administrator = { ...loaded, fullName: nth(company.secondaries, 0).fullName };
  const { page: phone } = await openEnrolledPhone(loaded);
  await loadAgain(administrator);
  const { page: web } = await openConsole(administrator);

  // Whoever listens to the page hears which row an action is of.
  for (const person of [administrator, nth(company.secondaries, 0)]) {
    const action = { name: `Cambiar Estado del Token Virtual: ${named(person)}`, exact: true };
    await web.getByRole('button', action).waitFor();
    await web.getByRole('link', { name: `Historial: ${named(person)}`, exact: true }).waitFor();
  }

  await request(web, administrator, RELEASE);
  const changeId = await readChangeId(web);
  await web.getByRole('heading', { name: `Liberación del token de ${named(administrator)}` }).waitFor();
  const facts = web.locator('.change-facts');
  expect(await facts.getByText(`(${administrator.username})`).count()).toBe(2);

  // On the phone the company has its name, and the change the number that is read over the telephone.
  const number = (await facts.locator('.change-number').textContent()) ?? '';
  expect(number).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await openWaiting(phone);
  const signed = phone.locator('.challenge');
  expect(await signed.getByText(named(administrator), { exact: true }).count()).toBe(2);
  await signed.getByText(company.name).waitFor();
  await signed.getByText(number, { exact: true }).waitFor();
  await signed.getByText(changeId, { exact: true }).first().waitFor();
});

test('a holder who is disabled is shown so', async () => {
  const company = await loadCompany('INHAB', { administrators: 1, secondaries: 1 });
  const holder = nth(company.secondaries, 0);
  await changeRole(holder, 'DISABLED');
  const { page: web } = await openConsole(nth(company.administrators, 0));
  const row = web.getByRole('row', { name: holder.username });
  await row.getByText('Usuario inhabilitado').waitFor();
  const other = web.getByRole('row', { name: nth(company.administrators, 0).username });
  expect(await other.getByText('Usuario inhabilitado').count()).toBe(0);
  await row.getByRole('button', { name: /^Cambiar Estado/ }).click();
  await web.getByRole('dialog').getByText('Usuario inhabilitado').first().waitFor();
});
