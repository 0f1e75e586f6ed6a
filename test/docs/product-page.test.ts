import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableActions } from '../../shared/domain/actions.ts';
import { MAXIMUM_WRONG_CODES } from '../../shared/domain/change.ts';
import { REASONS } from '../../shared/domain/reasons.ts';
import { virtualStatusSchema } from '../../shared/domain/token.ts';
import { aToken, NOW } from '../fixtures.ts';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'product.md'), 'utf8');

/** The cells of the table under a heading, without its header row. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  const rows = body.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const bare = (cell = ''): string => cell.replaceAll('`', '');

it('lists the catalogue of reasons as it is', () => {
  const listed = rowsUnder('Reasons').map(([code, actions, excluded, es, en]) => ({
    code: bare(code),
    actions: actions?.split(', '),
    holderExcluded: excluded === 'yes',
    label: { es, en },
  }));
  const catalogue = REASONS.map(({ code, actions, holderExcluded, label }) => ({
    code,
    actions,
    holderExcluded,
    label,
  }));
  expect(listed).toEqual(catalogue);
});

it('lists the actions that each state offers', () => {
  const listed = rowsUnder('States of a virtual token').map(([state, actions]) => [
    bare(state).split(':')[0],
    actions?.split(', '),
  ]);
  const offered = virtualStatusSchema.options.map((status) => [
    status,
    availableActions(aToken({ status, pendingChange: null }), NOW),
  ]);
  expect(listed).toEqual(offered);
});

it('names the wrong code that rejects a change', () => {
  const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
  expect(page).toContain(`The ${ordinals[MAXIMUM_WRONG_CODES - 1]} distinct wrong code rejects the change`);
});
