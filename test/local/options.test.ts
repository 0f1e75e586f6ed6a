import { readUpOptions } from '../../local/options.ts';

const typed = { 'no-demo': false, keep: false, 'no-pages': false };
const defaults = { port: 4566, holdSeconds: 600, demo: true, keep: false, pages: true, frontOrigin: null };

it.each([
  { values: {}, options: defaults },
  { values: { port: '4700', 'hold-seconds': '5' }, options: { ...defaults, port: 4700, holdSeconds: 5 } },
  {
    values: { 'no-demo': true, keep: true, 'no-pages': true },
    options: { ...defaults, demo: false, keep: true, pages: false },
  },
  {
    values: { 'front-origin': 'http://127.0.0.1:5173' },
    options: { ...defaults, frontOrigin: 'http://127.0.0.1:5173' },
  },
])('reads $values', ({ values, options }) => {
  expect(readUpOptions({ ...typed, ...values })).toEqual(options);
});

it.each([
  { values: { port: '80' }, says: '--port must be a whole number from 1024 to 65535, not "80"' },
  { values: { 'hold-seconds': '601' }, says: '--hold-seconds must be a whole number from 1 to 600, not "601"' },
  { values: { 'hold-seconds': '0' }, says: '--hold-seconds must be a whole number from 1 to 600, not "0"' },
  ...['http://127.0.0.1:5173/', '*', 'file:///front', 'portal'].map((origin) => ({
    values: { 'front-origin': origin },
    says: `--front-origin must be an origin, as http://127.0.0.1:5173, not "${origin}"`,
  })),
])('refuses $values', ({ values, says }) => {
  expect(() => readUpOptions({ ...typed, ...values })).toThrow(says);
});
