import type { paths } from '@llavero/client';

/** The service's answer to a call, as its OpenAPI document says. */
type Answer<Path extends keyof paths, Method extends 'get' | 'post', Status extends number> =
  paths[Path] extends Record<Method, { responses: Record<Status, { content: { 'application/json': infer Body } }> }>
    ? Body
    : never;

export type Me = Answer<'/me', 'get', 200>;
export type Token = Answer<'/tokens/{tokenId}', 'get', 200>;
/** A token as the list has it: without what only a single read says. */
export type ListedToken = Answer<'/tokens', 'get', 200>['items'][number];
export type Change = Answer<'/changes/{changeId}', 'get', 200>;
export type TokenEvent = Answer<'/tokens/{tokenId}/events', 'get', 200>['items'][number];
export type Reason = Answer<'/reasons', 'get', 200>['items'][number];

export type TokenKind = Token['kind'];
export type TokenStatus = Token['status'];
export type ChangeStatus = Change['status'];
export type Action = Change['action'];

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type RequestBody<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type ChangeRequest = RequestBody<'/tokens/{tokenId}/changes'>;
