/** The demo web app: makes the page's one client and draws the app. The only file that reads `import.meta.env`. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/App';
import { DEFAULT_SERVER_URL, RealtimeError, RealtimeProvider, getSocketClient, type SocketClient } from '@/index';
import '@/styles/index.css';
import '@/app/app.css';

/** Throws `invalid_usage` where `VITE_SOCKET_URL` is no address. */
function startClient(): SocketClient {
  const client = getSocketClient({ url: import.meta.env.VITE_SOCKET_URL || DEFAULT_SERVER_URL });
  void client.start();
  return client;
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root".');
try {
  const client = startClient();
  createRoot(root).render(
    <StrictMode>
      <RealtimeProvider client={client}>
        <App />
      </RealtimeProvider>
    </StrictMode>,
  );
} catch (error) {
  if (!(error instanceof RealtimeError)) throw error;
  root.textContent = `VITE_SOCKET_URL cannot be used. ${error.message}`;
}
