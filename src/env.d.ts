/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The server's address; empty or left out: `http://localhost:3000`. Frozen into the bundle when it is built. */
  readonly VITE_SOCKET_URL?: string;
}
