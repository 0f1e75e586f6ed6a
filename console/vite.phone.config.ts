import { defineConfig } from 'vite';
import { pageBuild } from './build.ts';

export default defineConfig(pageBuild('phone'));
