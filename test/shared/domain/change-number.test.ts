import { deriveId } from '../../../shared/domain/canonical.ts';
import { changeNumber } from '../../../shared/domain/change-number.ts';

it('is the first 40 bits of the id, in eight characters that are read over the telephone', () => {
  const id = deriveId('a change');
  const bits = Array.from(Buffer.from(id, 'base64url').subarray(0, 5), (byte) => byte.toString(2).padStart(8, '0'));
  const characters = (bits.join('').match(/.{5}/g) ?? []).map(
    (five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number.parseInt(five, 2)],
  );
  expect(changeNumber(id).replace('-', '')).toBe(characters.join(''));
  expect(changeNumber(id)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
});

it('differs between changes', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => deriveId(String(index)));
  expect(new Set(ids.map(changeNumber)).size).toBe(1000);
  expect(ids.filter((id) => !/^\w{22}$/.test(id))).toEqual([]);
});

it('is whole for an id that is shorter', () => {
  expect(changeNumber('')).toBe('0000-0000');
});
