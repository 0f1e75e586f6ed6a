/** Run by itself: synthesizes the stage of the context in its first argument into the folder in its second. */
import { applicationOf } from './stage-application.ts';

const [, , context = '{}', outdir] = process.argv;
applicationOf(JSON.parse(context), outdir).synth();
