import { redisServerHarness } from '../redis/redisServerHarness.ts';
import { redisForTests } from '../redis/redisUnderTest.ts';
import { wireContract } from './wireContract.ts';

const redis = redisForTests('cluster');

wireContract('the server on a Redis Cluster', () => redisServerHarness(redis()));
