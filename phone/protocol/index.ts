export { plainActivationCode } from './activation-code.ts';
export {
  type AppApi,
  type AppApiOptions,
  type AppMe,
  type Authorization,
  createAppApi,
  isDefinite,
  RefusalError,
} from './app-api.ts';
export { type Challenge, challengeSchema } from './challenge.ts';
export { type Answer, decide, type Signer } from './decision.ts';
export { type Enrolment, type EnrolmentRequest, enrolmentRequest } from './enrolment.ts';
export { createKeys, type KeyPair, type PhoneKeys, publicJwk, thumbprint } from './keys.ts';
export { currentCode, type OneTimeCode } from './one-time-code.ts';
export { answer, type EnrolledPhone, enrol } from './phone.ts';
export { signPushToken } from './push-token.ts';
export { openSeed, type Seed, seedSchema } from './seed.ts';
export { visibleText } from './visible-text.ts';
