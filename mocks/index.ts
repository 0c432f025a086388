export { createActivity, type Activity } from './activity.ts';
export { clockFrames, createDevice, type Device, type DeviceSignal } from './device.ts';
export { describeFault, type Direction, type DownEvent, type Fault, type PacketFault } from './faults.ts';
export { createLink, type AppliedFault, type FaultDescription, type Link } from './link.ts';
export { createMockBackend, type MockBackend, type MockBackendOptions } from './mockBackend.ts';
export type { Broadcast } from './socketio/broadcast.ts';
export type { WirePacket } from './socketio/frames.ts';
export type { MockMiddleware, MockNamespace } from './socketio/namespace.ts';
export type { MockRequest } from './socketio/request.ts';
export type { MockSocket } from './socketio/socket.ts';
export { createMockSocketServer, type MockSocketServer, type MockSocketServerOptions } from './mockSocketServer.ts';
export { createMockTransport, mockManagerOptions, runManagerOn, type MockTransportOptions } from './mockTransport.ts';
export {
  MOCK_USER,
  createPlayer,
  type Page,
  type PageSurroundings,
  type Player,
  type PlayerOptions,
  type PlayerState,
} from './player.ts';
export { createRealTimeDriver, type RealTimeDriver } from './realTimeDriver.ts';
export { ScenarioError, parseScenario, type Scenario, type ScenarioStep, type StepOf } from './scenario.ts';
export { createSeededRandom, seedOf } from './seededRandom.ts';
export { tokensOf } from './tokens.ts';
export { createVirtualClock, type VirtualClock } from './virtualClock.ts';
