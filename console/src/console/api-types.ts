/** The service's answers (docs/openapi.json), as the console reads them. */
export type Role = 'ADMINISTRATOR' | 'SECONDARY';
export type Policy = 'REQUESTER' | 'OTHER_ADMINISTRATOR' | 'HOLDER';
export type TokenKind = 'VIRTUAL' | 'PHYSICAL';
export type VirtualStatus = 'PENDING_ENROLLMENT' | 'ACTIVE' | 'BLOCKED' | 'RELEASED';
export type PhysicalStatus = 'ENABLED' | 'DISABLED';
export type TokenStatus = VirtualStatus | PhysicalStatus;
export type Action = 'RELEASE' | 'BLOCK' | 'UNBLOCK';
export type ChangeStatus =
  | 'PENDING_AUTHORIZATION'
  | 'AUTHORIZED'
  | 'APPLIED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'SUPERSEDED'
  | 'FAILED';

export interface Person {
  userId: string;
  fullName: string;
}

export interface User extends Person {
  username: string;
  role: Role;
}

export interface Me {
  user: User;
  company: { companyId: string; name: string; authorizationPolicy: Policy };
  permissions: string[];
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Token {
  tokenId: string;
  kind: TokenKind;
  serial: string;
  status: TokenStatus;
  holder: User;
  device: { deviceId: string; name: string; platform: 'IOS' | 'ANDROID'; enrolledAt: string } | null;
  pendingChange: { changeId: string; action: Action; status: ChangeStatus; expiresAt: string } | null;
  availableActions: Action[];
  version: number;
  updatedAt: string;
}

export interface Change {
  changeId: string;
  tokenId: string;
  action: Action;
  reason: string;
  note: string | null;
  status: ChangeStatus;
  requestedBy: Person;
  authorization: { policy: Policy; expiresAt: string; decidedBy?: Person; decidedAt?: string } | null;
  notification: { status: 'PENDING' | 'SENT' | 'FAILED' | 'NOT_NEEDED' };
  notices: { channel: string; status: string }[];
  createdAt: string;
  updatedAt: string;
  bindingCode?: string;
}

export interface TokenEvent {
  seq: number;
  type: string;
  at: string;
  actor: { type: 'USER' | 'SYSTEM' | 'BANK'; userId?: string; fullName?: string };
  change?: { changeId: string; action: string; reason: string; note: string | null };
  details: Record<string, string | number | boolean | null>;
}

export interface Reason {
  action: Action;
  code: string;
  label: { es: string; en: string };
  noteRequired: boolean;
}

export interface ChangeRequest {
  action: Action;
  reason: string;
  note?: string;
}

export interface ActivationCode {
  activationCode: string;
  expiresAt: string;
}
