import { chooseAnswer } from '../../console/worker/precache.ts';

const ORIGIN = 'https://celular.banco.example';

it.each([
  ['a page of any address', 'GET', 'navigate', '/autorizar/c1', 'page'],
  ['the way back from the login', 'GET', 'navigate', '/callback?code=1&state=2', 'page'],
  ['a file of the page', 'GET', 'no-cors', '/assets/index-1.js', 'kept file'],
  ['the settings', 'GET', 'cors', '/config.json', 'settings'],
  ['what changes anything', 'POST', 'cors', '/config.json', 'network'],
])('answers %s from its own place', (_, method, mode, path, answering) => {
  expect(chooseAnswer({ method, mode, url: ORIGIN + path }, ORIGIN)).toBe(answering);
});

it.each(['https://api.banco.example/v1/app/me', 'https://login.banco.example/oauth2/token'])(
  'keeps nothing of %s',
  (url) => {
    expect(chooseAnswer({ method: 'GET', mode: 'cors', url }, ORIGIN)).toBe('network');
  },
);
