import { redisHarness } from '../redis/redisHarness.ts';
import { redisForTests } from '../redis/redisUnderTest.ts';
import { jobLogContract } from './jobLogContract.ts';

const redis = redisForTests('single');

jobLogContract('redis', () => redisHarness(redis()));
