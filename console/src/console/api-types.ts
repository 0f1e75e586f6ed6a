import type { components, paths } from '@llavero/client';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Token = Schemas['TokenDetails'];
/** A token as the list has it: without what only a single read says. */
export type ListedToken = Schemas['Token'];
export type Change = Schemas['Change'];
export type TokenEvent = Schemas['Event'];
/** An event among all of its company's. */
export type CompanyEvent = Schemas['CompanyEvent'];
export type Reason = Schemas['Reason'];
export type Receipt = Schemas['Receipt'];
export type TokenKind = Schemas['TokenKind'];
export type TokenStatus = Schemas['TokenStatus'];
export type ChangeStatus = Schemas['ChangeStatus'];
export type Action = Schemas['Action'];
export type ChangeRequest = Schemas['ChangeRequest'];

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Members } } }
  ? Omit<NonNullable<Members>, 'limit' | 'cursor'>
  : never;

/** The filters of a list, as its address at the service has them. */
export type TokenQuery = Omit<Query<'/tokens'>, 'count'>;
export type ChangeQuery = Query<'/changes'>;
export type EventQuery = Query<'/events'>;
