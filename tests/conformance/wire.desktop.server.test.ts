import { createSocket } from '../../src/services/realtime/socketClient.ts';
import { memoryServerHarness } from '../server/memoryServerHarness.ts';
import { wireContract } from './wireContract.ts';

wireContract('the server, to connections of the desktop client', () =>
  memoryServerHarness((target) => createSocket(target).socket),
);
