import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { readSettings } from '../../shared/settings.ts';

const allowedOrigins = new Set(readSettings(process.env, 'origins').origins);

/** Answers a browser's CORS preflight: the stage's own origins may call, any other is told nothing. */
export async function handler(event: Pick<APIGatewayProxyEvent, 'headers'>): Promise<APIGatewayProxyResult> {
  const origin = Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'origin')?.[1];
  if (!origin || !allowedOrigins.has(origin)) return { statusCode: 204, headers: { Vary: 'Origin' }, body: '' };
  return {
    statusCode: 204,
    headers: {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'GET,POST,PUT',
      'Access-Control-Allow-Headers': 'Authorization,Content-Type,Idempotency-Key',
      'Access-Control-Max-Age': '3600',
      Vary: 'Origin',
    },
    body: '',
  };
}
