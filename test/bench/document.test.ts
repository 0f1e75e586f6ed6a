import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CapacityData, priceSchema, quotaSchema, readData } from '../../bench/capacity/data.ts';
import { fill, renderCapacity } from '../../bench/capacity/document/render.ts';
import { stageFigures } from '../../bench/capacity/measure/stage-figures.ts';
import { DEPLOYED_STAGE, findOnlyProperties, synthesizeStage } from '../infra/synthesized-stage.ts';

const root = join(import.meta.dirname, '../..');
const data: CapacityData = readData();

it('is what the generator makes of the recorded measurement', () => {
  expect(readFileSync(join(root, 'docs/capacity.md'), 'utf8')).toBe(renderCapacity(data));
});

it('counts the parts of a stage as its templates have them, and the pool by its plan', () => {
  expect(data.measured.stage).toEqual(stageFigures());
  const pool = findOnlyProperties(synthesizeStage(DEPLOYED_STAGE).readTemplate('Data'), 'AWS::Cognito::UserPool');
  const price = data.prices.find(({ id }) => id === 'cognito-user');
  expect(price?.what.toUpperCase()).toContain(`USER, ${pool.UserPoolTier}`);
});

it('marks every price that was not seen', () => {
  const document = readFileSync(join(root, 'docs/capacity.md'), 'utf8');
  const unseen = data.prices.filter(({ confirmed }) => !confirmed);

  const marked = unseen.filter(({ service, what }) => document.includes(`| ${service} | ${what} † |`));
  expect(marked.length).toBeGreaterThan(0);
  const used = unseen.filter(({ service, what }) => document.includes(`| ${service} | ${what}`));
  expect(used.filter((row) => !marked.includes(row))).toEqual([]);
});

it('leaves no name of the template without a value, and no value unused', () => {
  expect(fill('{{a}} and {{b}}', { a: '1', b: '2' })).toBe('1 and 2');
  expect(() => fill('{{a}} and {{b}}', { a: '1' })).toThrow('asks for b');
  expect(() => fill('{{a}}', { a: '1', b: '2' })).toThrow('does not ask for b');
});

describe('the data files', () => {
  it.each([
    { name: 'prices', rows: data.prices },
    { name: 'quotas', rows: data.quotas },
  ])('name each row of the $name once, with its source and date', ({ rows }) => {
    const ids = rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { source, date } of rows) {
      expect(source).toMatch(/^https:\/\//);
      expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it('refuse a price or quota without source or date', () => {
    for (const [schema, row] of [
      [priceSchema, data.prices[0]],
      [quotaSchema, data.quotas[0]],
    ] as const) {
      expect(schema.safeParse(row).success).toBe(true);
      for (const member of ['source', 'date', 'confirmed']) {
        expect(schema.safeParse({ ...row, [member]: undefined }).success).toBe(false);
      }
    }
  });
});
