/** Run by itself: synthesizes the stage of the context in its first argument into the folder in its second. */
import { buildApplication } from './stage-application.ts';

const [, , context = '{}', outdir] = process.argv;
buildApplication(JSON.parse(context), outdir).synth();
