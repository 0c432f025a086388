import { redisServerHarness } from '../redis/redisServerHarness.ts';
import { redisForTests } from '../redis/redisUnderTest.ts';
import { wireContract } from './wireContract.ts';

const redis = redisForTests('single');

wireContract('the server on Redis', () => redisServerHarness(redis()));
