import { buildActivationLink, readActivationLink } from '../../console/src/common/activation-link.ts';

const CODE = '0123-ABCD-EFGH-JKMN';

it('has the code in its fragment, which no server is sent, and is read again', () => {
  const link = buildActivationLink('https://phone.example.com', CODE);
  expect(link).toBe(`https://phone.example.com/habilitar#codigo=${CODE}`);
  expect(readActivationLink(link)).toBe(CODE);
});

it.each([
  ['another text', CODE],
  ['another page', `https://phone.example.com/#codigo=${CODE}`],
  ['a link without a code', 'https://phone.example.com/habilitar'],
  ['a code that was sent to the server', `https://phone.example.com/habilitar?codigo=${CODE}`],
])('reads nothing of %s', (_, address) => {
  expect(readActivationLink(address)).toBeUndefined();
});
