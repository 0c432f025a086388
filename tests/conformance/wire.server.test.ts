import { memoryServerHarness } from '../server/memoryServerHarness.ts';
import { wireContract } from './wireContract.ts';

wireContract('the server on memory', () => memoryServerHarness());
