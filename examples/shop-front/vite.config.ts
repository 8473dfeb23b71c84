import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The page talks to its own origin; Vite hands /graphql on to the gateway, WebSockets too. In production a reverse proxy
 * does the same.
 */
const proxy = { '/graphql': { target: process.env['GATEWAY_URL'] ?? 'http://localhost:4000', ws: true } };

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy },
  // `sluice` is a link to the checkout here, which has a React of its own; two in one page break hooks. Needless with an installed sluice.
  resolve: { dedupe: ['react', 'react-dom'] },
});
