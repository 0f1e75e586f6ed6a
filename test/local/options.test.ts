import { parseDownOptions, parseUpOptions } from '../../local/options.ts';

const defaults = { port: 4566, holdSeconds: 600, demo: true, keep: false, pages: true };

it.each([
  { args: [], options: defaults },
  { args: ['--port', '4700', '--hold-seconds', '5'], options: { ...defaults, port: 4700, holdSeconds: 5 } },
  { args: ['--no-demo', '--keep', '--no-pages'], options: { ...defaults, demo: false, keep: true, pages: false } },
])('reads $args', ({ args, options }) => {
  expect(parseUpOptions(args)).toEqual(options);
});

it.each([
  { args: ['--port', '80'], says: '--port must be a whole number from 1024 to 65535, not "80"' },
  { args: ['--port', '4566x'], says: '--port must be a whole number from 1024 to 65535, not "4566x"' },
  { args: ['--hold-seconds', '601'], says: '--hold-seconds must be a whole number from 1 to 600, not "601"' },
  { args: ['--hold-seconds', '0'], says: '--hold-seconds must be a whole number from 1 to 600, not "0"' },
  { args: ['--no-dmo'], says: "Unknown option '--no-dmo'" },
])('refuses $args', ({ args, says }) => {
  expect(() => parseUpOptions(args)).toThrow(says);
});

it('takes only a port to stop', () => {
  expect(parseDownOptions(['--port', '4700'])).toEqual({ port: 4700 });
  expect(() => parseDownOptions(['--keep'])).toThrow("Unknown option '--keep'");
});
