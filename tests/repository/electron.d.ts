/** Of Electron what the documents use: the package itself would fetch a browser when it is installed. */
declare module 'electron' {
  interface WebContents {
    send(channel: string, ...args: unknown[]): void;
    once(event: 'destroyed', listener: () => void): void;
  }

  export const app: {
    getPath(name: 'userData'): string;
    on(event: 'will-quit', listener: () => void): void;
    whenReady(): Promise<void>;
  };
  export const contextBridge: { exposeInMainWorld(key: string, api: object): void };
  export const ipcMain: {
    handle(channel: string, listener: (event: { sender: WebContents }, jobId: string) => unknown): void;
  };
  export const ipcRenderer: {
    invoke(channel: string, jobId: string): Promise<unknown>;
    on(channel: string, listener: (event: object, message: never) => void): void;
  };
  export const net: { isOnline(): boolean };
  export const powerMonitor: {
    on(event: 'resume', listener: () => void): void;
    off(event: 'resume', listener: () => void): void;
  };
}
