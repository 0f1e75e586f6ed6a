import type { components } from '@llavero/client';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Token = Schemas['TokenDetails'];
/** A token as the list has it: without what only a single read says. */
export type ListedToken = Schemas['Token'];
export type Change = Schemas['Change'];
export type TokenEvent = Schemas['Event'];
export type Reason = Schemas['Reason'];
export type TokenKind = Schemas['TokenKind'];
export type TokenStatus = Schemas['TokenStatus'];
export type ChangeStatus = Schemas['ChangeStatus'];
export type Action = Schemas['Action'];
export type ChangeRequest = Schemas['ChangeRequest'];

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
