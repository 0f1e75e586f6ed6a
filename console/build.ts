import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

// A build is a production build, whatever started it: under a test runner React would bring its development half.
process.env.NODE_ENV = 'production';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The build of one page: hashed files of its own origin only, nothing inline, so that the strictest policy fits it. */
export function pageBuild(page: 'console' | 'phone'): UserConfig {
  return {
    root: here(`pages/${page}`),
    plugins: [react()],
    build: {
      outDir: here(`dist/${page}`),
      emptyOutDir: true,
      target: 'es2023',
      // A data: address would need a wider policy than 'self'.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
    },
  };
}
