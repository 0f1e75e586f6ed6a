export type { components, paths } from './api-schema.ts';
export { answer, type Client, createClient, type SignIn } from './client.ts';
export { isPassing, NoAnswerError, type Problem, ProblemError, SignInRequiredError } from './problem.ts';
