import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CapacityData, priceSchema, quotaSchema, readData } from '../../bench/capacity/data.ts';
import { fillPage, renderFigures } from '../../bench/capacity/page.ts';
import { stageFigures } from '../../bench/capacity/stage-figures.ts';
import { DEPLOYED_STAGE, findOnlyProperties, synthesizeStage } from '../infra/synthesized-stage.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/capacity.md'), 'utf8');
const data: CapacityData = readData();

it('has the figures that the command makes of the recorded measurement', () => {
  expect(page).toBe(fillPage(page, renderFigures(data)));
});

it('counts the parts of a stage as its templates have them, and the pool by its plan', () => {
  expect(data.measured.stage).toEqual(stageFigures());
  const pool = findOnlyProperties(synthesizeStage(DEPLOYED_STAGE).readTemplate('Data'), 'AWS::Cognito::UserPool');
  const price = data.prices.find(({ id }) => id === 'cognito-user');
  expect(price?.what.toUpperCase()).toContain(`USER, ${pool.UserPoolTier}`);
});

it('has every price and every quota, and marks those that were not seen', () => {
  const rows = [
    ...data.prices.map(({ service, what, confirmed }) => `| ${service} | ${what}${confirmed ? ' |' : ' † |'}`),
    ...data.quotas.map(({ service, what, confirmed }) => `| ${service}: ${what}${confirmed ? ' |' : ' † |'}`),
  ];
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});

it('changes nothing but its figures, and misses none', () => {
  const marked = (figure: string) => `before\n\n<!-- figures: a b -->\n\n${figure}\n\n<!-- end -->\n\nafter\n`;
  expect(fillPage(marked('old'), { 'a b': 'new' })).toBe(marked('new'));
  expect(() => fillPage(marked('old'), {})).toThrow('asks for the figures a b');
  expect(() => fillPage(marked('old'), { 'a b': 'new', c: 'new' })).toThrow('does not ask for c');
});

describe('the data files', () => {
  it.each([
    { name: 'prices', rows: data.prices },
    { name: 'quotas', rows: data.quotas },
  ])('name each row of the $name once', ({ rows }) => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it('refuse a price or quota without source, date or what it counts', () => {
    for (const [schema, row] of [
      [priceSchema, data.prices[0]],
      [quotaSchema, data.quotas[0]],
    ] as const) {
      expect(schema.safeParse(row).success).toBe(true);
      for (const member of ['source', 'date', 'confirmed', 'of']) {
        expect(schema.safeParse({ ...row, [member]: undefined }).success).toBe(false);
      }
    }
  });
});
