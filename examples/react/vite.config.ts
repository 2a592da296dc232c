/**
 * In development and in `npm run preview` the app and the API share one origin: /graphql, HTTP and
 * WebSocket, is passed on to the server, and so are the demo's users.
 */
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  const { SHEAF_URL = 'http://127.0.0.1:4000' } = loadEnv(mode, import.meta.dirname, 'SHEAF_');
  const proxy = { '/graphql': { target: SHEAF_URL, ws: true }, '/app/demo-users': SHEAF_URL };
  return { plugins: [react()], server: { proxy }, preview: { proxy } };
});
