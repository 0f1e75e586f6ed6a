import { handler } from '../../../functions/answer-preflight/handler.ts';

it.each(['https://console.test', 'https://phone.test'])('lets pages of %s call', async (origin) => {
  await expect(handler({ headers: { origin } })).resolves.toEqual({
    statusCode: 204,
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'GET,POST,PUT',
      'Access-Control-Allow-Headers': 'Authorization,Content-Type,Idempotency-Key',
      'Access-Control-Max-Age': '3600',
      Vary: 'Origin',
    },
    body: '',
  });
});

it.each([
  { why: 'another origin', headers: { Origin: 'https://elsewhere.test' } },
  { why: 'an origin that merely begins alike', headers: { Origin: 'https://console.test.elsewhere.test' } },
  { why: 'an origin of another scheme', headers: { Origin: 'http://console.test' } },
  { why: 'the null origin', headers: { Origin: 'null' } },
  { why: 'no origin', headers: {} },
])('tells $why nothing', async ({ headers }) => {
  await expect(handler({ headers })).resolves.toEqual({ statusCode: 204, headers: { Vary: 'Origin' }, body: '' });
});
