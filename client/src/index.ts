export type { components, paths } from './api-schema.ts';
export { answer, type Client, createClient, type SignIn } from './client.ts';
export { ApiProblemError, isPassing, NoAnswerError, type Problem, SignInRequiredError } from './problem.ts';
